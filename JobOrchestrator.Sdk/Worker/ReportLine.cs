namespace JobOrchestrator.Sdk;

/// <summary>
/// The reports that wait or are under way, and who goes next. What was tried less often goes first, and of that the heartbeats; of one
/// lease only one report is under way at a time, in the order in which they came, but for heartbeats, which wait for no checkpoint. What
/// was not answered, and its queue until a request of it is, goes apart: each queue by itself, its heartbeats without its results, half as
/// many at a time, one request after the other; but no heartbeat waits for one that may take longer than a third of its lease. Not
/// thread-safe: the reporter's loop alone uses it.
/// </summary>
internal sealed class ReportLine(TimeProvider time)
{
    // At most so many reports, and about so many bytes of callers' JSON, in one request.
    private const int ReportsMax = 200;
    private const int BytesMax = 512 * 1024;

    // So many requests can be unanswered before those that are answered wait for them; each is a connection.
    private const int RequestsMax = 8;

    // Of those that go apart so many may have results or checkpoints, which have longer than a third of a lease: the others are left to
    // heartbeats, which would come too late behind them.
    private const int ResultsApartMax = 4;

    private readonly List<PendingReport> _waiting = [];
    private readonly List<ReportBatch> _underWay = [];
    private readonly HashSet<string> _unansweredQueues = [];

    /// <summary>How many wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>How many wait or are under way.</summary>
    public int Count => _waiting.Count + _underWay.Sum(batch => batch.Reports.Count);

    /// <summary>Nothing waits, and nothing is under way.</summary>
    public bool IsEmpty => _waiting.Count == 0 && _underWay.Count == 0;

    /// <summary>Something waits, or is under way again, that was sent in vain.</summary>
    public bool HasSetBacks =>
        _waiting.Concat(_underWay.SelectMany(batch => batch.Reports)).Any(pending => pending.Tries > 0);

    /// <summary>The shortest third of a lease among those that wait, or are under way and may come back; null: none.</summary>
    public TimeSpan? ShortestThird =>
        _waiting.Concat(_underWay.SelectMany(batch => batch.Reports)).Min(pending => (TimeSpan?)pending.Third);

    public void Add(PendingReport pending) => _waiting.Add(pending);

    /// <summary>
    /// Ends what was withdrawn or is given up; but for what is of a lease of which another report is under way: its answer, which may be
    /// here already where the process stood still, may say that the lease goes on.
    /// </summary>
    /// <param name="abandoned">Everything is given up.</param>
    public void EndThoseThatAreOver(bool abandoned)
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        long now = time.GetTimestamp();
        HashSet<(string, string)> asked = [.. _underWay.SelectMany(batch => batch.Reports).Select(pending => pending.Lease)];
        _waiting.RemoveAll(pending => pending.IsOver(asked.Contains(pending.Lease) ? long.MinValue : now, abandoned));
    }

    /// <summary>The next request; null when there is none to be made now.</summary>
    public ReportBatch? Take()
    {
        long now = time.GetTimestamp();
        if (Next(now) is not [PendingReport first, ..] next)
        {
            return null;
        }

        bool isApart = IsApart(first);
        List<PendingReport> reports = [];
        int bytes = 0, reportsMax = ReportsMax;
        var leases = new HashSet<(string, string)>();
        foreach (PendingReport pending in next.Where(pending => pending == first || MayShare(first, pending)))
        {
            if (!leases.Add(pending.Lease))
            {
                continue;
            }

            bytes += pending.Bytes;
            reportsMax = Math.Min(reportsMax, pending.ShareMax);
            if (reports.Count > 0 && (reports.Count >= reportsMax || bytes > BytesMax))
            {
                break;
            }

            reports.Add(pending);
        }

        var batch = new ReportBatch(reports, isApart, now);
        var taken = new HashSet<PendingReport>(reports);
        _waiting.RemoveAll(taken.Contains);
        _underWay.Add(batch);
        return batch;
    }

    /// <summary>The request has ended.</summary>
    public void Ended(ReportBatch batch) => _underWay.Remove(batch);

    /// <summary>A request was answered, whatever the answer is: its queue goes with the others again.</summary>
    public void Answered(ReportBatch batch)
    {
        if (batch.IsApart)
        {
            _unansweredQueues.Remove(batch.Reports[0].Queue);
        }
    }

    /// <summary>A request was not answered in time: one of the reports or of the queues may be why.</summary>
    public void Unanswered(ReportBatch batch)
    {
        foreach (PendingReport pending in batch.Reports)
        {
            _unansweredQueues.Add(pending.Queue);
            pending.ShareMax = Math.Max(1, batch.Reports.Count / 2);
        }
    }

    /// <summary>Back into line, in front of later reports of the same lease.</summary>
    public void PutBack(IEnumerable<PendingReport> reports) => _waiting.InsertRange(0, reports);

    /// <summary>How long until time alone lets go something that cannot now; null when that is all the same.</summary>
    public TimeSpan? UntilNext()
    {
        long now = time.GetTimestamp();
        IEnumerable<TimeSpan> spans = _waiting.Where(pending => pending.NotBefore > now)
            .Select(pending => time.GetElapsedTime(now, pending.NotBefore))
            .Concat(_underWay.Where(batch => IsPrompt(batch, now))
                .Select(batch => batch.PromptFor - time.GetElapsedTime(batch.SentAt, now)));
        return _waiting.Count == 0 ? null : spans.Cast<TimeSpan?>().Min();
    }

    /// <summary>Those that could be sent now, the most urgent first.</summary>
    private List<PendingReport> Next(long now)
    {
        bool commonMayGo = _underWay.Count < RequestsMax && !_underWay.Exists(batch => IsPrompt(batch, now));
        // One request is kept for the others.
        bool apartMayGo = _underWay.Count < RequestsMax - 1;
        List<ReportBatch> apart = _underWay.FindAll(batch => batch.IsApart);
        bool resultsMayGo = apart.Count(batch => !batch.Reports[0].IsHeartbeat) < ResultsApartMax;
        var turns = new Turns(_underWay.SelectMany(batch => batch.Reports));
        return
        [
            .. _waiting
                .Where(pending => turns.IsNext(pending)
                    && pending.NotBefore <= now
                    && (IsApart(pending)
                        ? apartMayGo && (pending.IsHeartbeat || resultsMayGo) && !apart.Exists(batch => HoldsBack(batch, pending))
                        : commonMayGo))
                .OrderBy(pending => (pending.Tries, !pending.IsHeartbeat)),
        ];
    }

    private bool MayShare(PendingReport first, PendingReport other) =>
        !first.Alone && !other.Alone && IsApart(first) == IsApart(other) && (!IsApart(first) || KindOf(first) == KindOf(other));

    private bool IsApart(PendingReport pending) => pending.WasUnanswered || _unansweredQueues.Contains(pending.Queue);

    /// <summary>One after the other; but a heartbeat of a short lease would come too late behind one of a long lease.</summary>
    private static bool HoldsBack(ReportBatch batch, PendingReport pending) =>
        KindOf(batch.Reports[0]) == KindOf(pending) && (!pending.IsHeartbeat || batch.Limit <= pending.Third);

    /// <summary>Of what there is one request at a time that goes apart.</summary>
    private static (string Queue, bool IsHeartbeat) KindOf(PendingReport pending) => (pending.Queue, pending.IsHeartbeat);

    /// <summary>Others wait for it, to share the next request.</summary>
    private bool IsPrompt(ReportBatch batch, long now) => !batch.IsApart && time.GetElapsedTime(batch.SentAt, now) < batch.PromptFor;

    /// <summary>Whose turn it is, of each lease: asked of all in the order in which they came.</summary>
    private sealed class Turns
    {
        private readonly HashSet<(string, string)> _reporting = [];
        private readonly HashSet<(string, string)> _saving = [];

        public Turns(IEnumerable<PendingReport> underWay)
        {
            foreach (PendingReport pending in underWay)
            {
                _ = IsNext(pending);
            }
        }

        /// <summary>
        /// Whether nothing of its lease is in front of it. A checkpoint may take several leases to get through, or wait for others that
        /// do: the lease is kept meanwhile.
        /// </summary>
        public bool IsNext(PendingReport pending)
        {
            bool isNext = !_reporting.Contains(pending.Lease) && (pending.IsHeartbeat || !_saving.Contains(pending.Lease));
            (pending.IsCheckpoint ? _saving : _reporting).Add(pending.Lease);
            return isNext;
        }
    }
}
