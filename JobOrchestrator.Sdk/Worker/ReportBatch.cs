namespace JobOrchestrator.Sdk;

/// <summary>Reports that share a request.</summary>
/// <param name="Reports">The reports, in the order in which they are written; of one lease at most one.</param>
/// <param name="IsApart">One queue's alone, because a request was not answered: it holds up nobody else.</param>
/// <param name="SentAt">The timestamp at which the request is sent.</param>
internal sealed record ReportBatch(IReadOnlyList<PendingReport> Reports, bool IsApart, long SentAt)
{
    // How long others wait for a request that is under way, to share the next one: most are answered sooner, and many small ones cost
    // more.
    private static readonly TimeSpan PromptMax = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _third = Reports.Min(pending => pending.Third);

    /// <summary>
    /// How long the request may take: a third of the shortest lease in it, so that who is not answered can be heard before it ends.
    /// Results and checkpoints that go by themselves have twice as long after each time in vain: they may be large, and the line slow.
    /// </summary>
    public TimeSpan Limit =>
        IsApart && !Reports[0].IsHeartbeat ? _third * Math.Pow(2, Math.Min(10, Reports.Min(pending => pending.Tries))) : _third;

    /// <summary>How long others wait for its answer: a quarter of its time at most, so that those behind it have theirs.</summary>
    public TimeSpan PromptFor => _third / 4 < PromptMax ? _third / 4 : PromptMax;
}

/// <summary>What became of a request with reports.</summary>
internal abstract record ReportVerdict
{
    private ReportVerdict()
    {
    }

    /// <summary>One outcome for each report, in their order.</summary>
    public sealed record Answered(IReadOnlyList<ReportOutcome> Outcomes) : ReportVerdict;

    /// <summary>The request itself is at fault, and the same one would be refused again.</summary>
    public sealed record Refused(int Status, JobProblem? Problem) : ReportVerdict;

    /// <summary>No answer in time: of the orchestrator, or of one of the places where it keeps these jobs.</summary>
    public sealed record Unanswered(string Reason) : ReportVerdict;

    /// <summary>Something on the way has taken offence: at one of the reports, or at whatever comes.</summary>
    public sealed record TurnedBack(string Reason) : ReportVerdict;

    /// <summary>Down, overloaded, or our credentials are not (yet) good: none of it is the reports' fault.</summary>
    public sealed record Away(string Reason, TimeSpan? RetryAfter = null) : ReportVerdict;
}
