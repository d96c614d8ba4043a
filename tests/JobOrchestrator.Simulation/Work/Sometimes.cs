namespace JobOrchestrator.Simulation;

/// <summary>What must be true somewhere, or the worlds are too tame; each kind of answer that callers hear among it.</summary>
internal static class Sometimes
{
    public const string Redone = "documents of a former holder's commit are written by another";
    public const string SettledAsDone = "a write without an answer was found to be stored";
    public const string SettledAsNotDone = "a write without an answer was found not to be stored";
    public const string StoredByTheDead = "a head is stored that was sent by a process that has died since";
    public const string TakenAgain = "a shard is taken again by a new life of its holder";
    public const string TakenFromTheDead = "a shard is taken by another after its holder has died";
    public const string TakenFromOneThatRuns = "a shard is taken from a holder that runs";
    public const string TakenFromOneThatStands = "a shard is taken from a holder that stands still";

    public const string FoundOnLaterPage = "a search shows a job that has ended on a later page than its first";
    public const string Moved = "a waiting job goes to another queue";
    public const string Labelled = "the labels of a job are set";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Redone, SettledAsDone, SettledAsNotDone, StoredByTheDead, TakenAgain, TakenFromTheDead, TakenFromOneThatRuns,
        TakenFromOneThatStands, FoundOnLaterPage, Moved, Labelled,
        .. Enum.GetValues<Oracles.AnswerKind>().Where(kind => kind != Oracles.AnswerKind.ServerError).Select(Answered),
    ];

    /// <summary>Somebody is answered so.</summary>
    public static string Answered(Oracles.AnswerKind kind) => $"answered {kind}";
}
