namespace JobOrchestrator.Sdk;

/// <summary>A report on its way.</summary>
/// <param name="report">The report.</param>
/// <param name="queue">The job's queue: jobs of one queue are stored together, so what holds up one of them holds up the others.</param>
/// <param name="third">
/// A third of the job's lease: the longest that one request may take with it, and the longest pause before it is tried again.
/// </param>
/// <param name="giveUpAt">The timestamp after which it is not tried again; asked each time, because it can move.</param>
/// <param name="answered">Hears of the answer, in the reporter's own loop.</param>
/// <param name="cancellationToken">Withdraws it.</param>
internal sealed class PendingReport(
    Report report, string queue, TimeSpan third, Func<long> giveUpAt, Action<ReportAnswer> answered, CancellationToken cancellationToken)
{
    public Report Report => report;

    public string Queue => queue;

    public TimeSpan Third => third;

    /// <summary>A mere sign of life: small, and a lease hangs on it.</summary>
    public bool IsHeartbeat => report.Action == Report.Heartbeat && report.State is null;

    /// <summary>A sign of life that carries a checkpoint, so that it may be large.</summary>
    public bool IsCheckpoint => report.Action == Report.Heartbeat && report.State is not null;

    /// <summary>Which lease it is of. A process may hold two of one job: one that is over, and the one that came after it.</summary>
    public (string JobId, string Token) Lease => (report.JobId, report.LeaseToken);

    /// <summary>About its size in a request.</summary>
    public int Bytes { get; } = 256 + (report.Result?.GetRawText().Length ?? 0) + (report.State?.GetRawText().Length ?? 0);

    /// <summary>Sent in a request of its own: a request that it had a part in was refused as a whole.</summary>
    public bool Alone { get; set; }

    /// <summary>How often it was sent in vain, for a reason that may be its own.</summary>
    public int Tries { get; set; }

    /// <summary>How many may share a request with it: half as many as in the last one that was not answered; no limit at first.</summary>
    public int ShareMax { get; set; } = int.MaxValue;

    /// <summary>A request with it was not answered, so it shares none with reports of other queues any more.</summary>
    public bool WasUnanswered => ShareMax < int.MaxValue;

    /// <summary>The timestamp before which it is not sent again.</summary>
    public long NotBefore { get; set; } = long.MinValue;

    public TaskCompletionSource<ReportAnswer?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>It was answered.</summary>
    public void End(ReportAnswer answer)
    {
        answered(answer);
        Answer.TrySetResult(answer);
    }

    /// <summary>Ends it when it was withdrawn or nobody waits for it any longer; true when it has ended.</summary>
    public bool IsOver(long now, bool abandoned)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            Answer.TrySetCanceled(cancellationToken);
            return true;
        }

        return (abandoned || now > giveUpAt()) && Answer.TrySetResult(null);
    }
}
