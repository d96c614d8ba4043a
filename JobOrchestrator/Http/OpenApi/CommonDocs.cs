namespace JobOrchestrator.Http.OpenApi;

/// <summary>What many operations share.</summary>
internal static class CommonDocs
{
    public static OperationDoc WithJobId(this OperationDoc doc) => doc.Path("id", "The job's id.").Refuses(ProblemType.JobNotFound);

    public static OperationDoc WithQueue(this OperationDoc doc) => doc.Path("queue", "The queue's name; a slash in it as %2F.", "default");

    public static OperationDoc WithWait(this OperationDoc doc, string text) => doc.Header("Prefer", text);

    /// <summary>What comes back when the body is bad.</summary>
    public static OperationDoc WithBodyProblems(this OperationDoc doc) =>
        doc.Refuses(ProblemType.MalformedRequest, ProblemType.InvalidRequest, ProblemType.TooLarge, ProblemType.UnsupportedMediaType);

    /// <summary>What comes back when the store is in trouble.</summary>
    public static OperationDoc WithStoreProblems(this OperationDoc doc) =>
        doc.Refuses(ProblemType.TooBusy, ProblemType.StoreUnavailable, ProblemType.OutcomeUnknown);
}
