using JobOrchestrator.Search;
using Microsoft.OpenApi;

namespace JobOrchestrator.Http.OpenApi;

/// <summary>What many operations share.</summary>
internal static class CommonDocs
{
    /// <summary>A job's id to try an operation with; there is no such job, which is what the operation says then.</summary>
    public const string ExampleId = "01990f3c-8a4e-7c21-9f53-2b6d0e8a4c17";

    public static OperationDoc WithJobId(this OperationDoc doc) =>
        doc.Path("id", "The job's id.", Schema.Uuid(""), ExampleId).Refuses(ProblemType.JobNotFound);

    public static OperationDoc WithQueue(this OperationDoc doc) => doc
        .Path("queue", "The queue's name; a slash in it as %2F.", Schema.Name(""), "default")
        .Refuses(ProblemType.InvalidRequest, ProblemType.Forbidden);

    /// <summary>It can be waited for, as long as there is room for those who wait.</summary>
    public static OperationDoc WithWait(this OperationDoc doc, string text) =>
        doc.Header("Prefer", text).Refuses(ProblemType.TooBusy);

    /// <summary>What chooses jobs by their age.</summary>
    public static OperationDoc WithCreated(this OperationDoc doc) => doc
        .Query("createdAfter", "Only those created after this instant, such as 2030-01-31T12:00:00Z.", _ => Schema.Instant(""))
        .Query("createdBefore", "Only those created before this instant.", _ => Schema.Instant(""));

    /// <summary>A query for jobs.</summary>
    public static OperationDoc WithSearch(this OperationDoc doc) => doc
        .Query("q", "A query; without one all jobs.", _ => Schema.Text("", JobQuery.CharactersMax), "status:failed,retrying older:10m")
        .Query("tz", "The time zone of days and clocks in `q`, such as `Europe/Berlin`; UTC if it is not said.")
        .Refuses(ProblemType.MalformedRequest, ProblemType.InvalidRequest, ProblemType.Forbidden)
        .Refuses(ProblemType.QueryMalformed, ProblemType.QueryTooBroad);

    /// <summary>What comes back when the body is bad.</summary>
    public static OperationDoc WithBodyProblems(this OperationDoc doc) => doc.Refuses(
        ProblemType.MalformedRequest,
        ProblemType.InvalidRequest,
        ProblemType.TooLarge,
        ProblemType.UnsupportedMediaType,
        ProblemType.UnsupportedContentEncoding,
        ProblemType.RequestTimeout,
        ProblemType.TooBusy);

    /// <summary>What comes back when the store is in trouble.</summary>
    public static OperationDoc WithStoreProblems(this OperationDoc doc) =>
        doc.Refuses(ProblemType.TooBusy, ProblemType.StoreUnavailable, ProblemType.OutcomeUnknown);

    /// <summary>A list of a schema.</summary>
    public static Func<ApiSchemas, IOpenApiSchema> ListOf(string schema) =>
        api => Schema.List(api.Reference(schema));

    /// <summary>A schema by its name.</summary>
    public static Func<ApiSchemas, IOpenApiSchema> One(string schema) => api => api.Reference(schema);
}
