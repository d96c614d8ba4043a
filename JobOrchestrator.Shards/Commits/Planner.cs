using System.Globalization;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Works out what one commit writes: the order of operations, what rides along in the room that is left, and the head that results.
/// </summary>
internal sealed class Planner(
    int shard, ShardLimits limits, PageIndex pages, SettingsIndex settings, Outbox outbox, PageSweep sweep, ShardHistory history)
{
    private static readonly TimeSpan TombstoneTtl = TimeSpan.FromDays(7);

    // An ETag, a length of life, the names of the members, the partition.
    private const int BytesBeside = 128;

    // Pages, the outbox and what rides along, in most commits.
    private const int FewOthers = 8;

    private readonly HashSet<JobId> _created = []; // by the commit that is planned
    private long _nextCommitId;

    /// <param name="head">The head as committed.</param>
    /// <param name="changes">The shard's changes.</param>
    /// <param name="now">The commit's time.</param>
    /// <param name="sure">The time by which something may go for good.</param>
    /// <param name="extrasMax">Most operations for what rides along in the room that is left.</param>
    /// <param name="isIdle">Nothing has changed for a while: there is time for what can wait.</param>
    public CommitPlan Plan(
        Head head, Changes changes, DateTimeOffset now, DateTimeOffset sure, int extrasMax = int.MaxValue, bool isIdle = false)
    {
        long commit = head.Commit + 1;
        var documents = new List<StateOperation>(changes.Jobs.Count + changes.Forgotten.Count + FewOthers);

        (long Key, Job[] Jobs)[] addedPages =
            [.. changes.Created.GroupBy(job => pages.PageOf(job.Order), static (page, jobs) => (page, jobs.ToArray()))];
        foreach ((long page, Job[] jobs) in addedPages)
        {
            long? epoch = pages.EpochOf(page);
            documents.Add(new StateOperation(
                Keys.Page(shard, epoch ?? head.Epoch, page),
                pages.ToUtf8(page, jobs, sure),
                IsNew: epoch is null,
                IsWrittenAgain: true));
        }

        int room = limits.OperationsMax - 1 - documents.Count - changes.Jobs.Count - changes.Forgotten.Count - changes.Settings.Count;
        IReadOnlyList<long> retired = AddPages(
            pages.Settled(sure, Math.Clamp(Math.Min(room - 2, extrasMax), 0, limits.Bounds.RetiredMax), limits.Bounds.PartSweepGrace),
            page => pages.ToRetiredUtf8(page, sure),
            isWrittenAgain: false);

        OutboxEntry? entry = null;
        long entryBytes = 0;
        if (changes.Events.Count > 0)
        {
            entry = new OutboxEntry(outbox.Next, head.Epoch, [.. changes.Events.Select(ToOutbox)]);
            byte[] document = Outbox.ToUtf8(entry);
            entryBytes = document.Length;
            documents.Add(new StateOperation(Keys.Outbox(shard, head.Epoch, entry.Number), document, IsNew: true));
        }

        room = limits.OperationsMax - 1 - documents.Count - changes.Jobs.Count - changes.Forgotten.Count - changes.Settings.Count;
        room = Math.Min(room, extrasMax);
        SettingsPlan settingsPlan = settings.Plan(shard, head, changes.Settings, room);
        documents.AddRange(settingsPlan.Documents);

        room = limits.OperationsMax - 1 - documents.Count - changes.Jobs.Count - changes.Forgotten.Count;
        room = Math.Min(room, extrasMax);
        IReadOnlyList<(long Number, long Epoch, long Bytes)> expired =
            outbox.Expired(sure, limits.EventRetention, limits.EventBytesMax, Math.Max(0, room));
        string[] expiredKeys = [.. expired.Select(gone => Keys.Outbox(shard, gone.Epoch, gone.Number))];
        documents.AddRange(expiredKeys.Select(key => new StateOperation(key, null)));

        // Whoever waits for this commit does not wait for a thousand deletions.
        int share = changes.IsEmpty ? room : Math.Min(room, Math.Max(2, limits.OperationsMax / 4));
        long[] written = [.. retired, .. addedPages.Select(added => added.Key)];
        Swept swept = sweep.Next(Math.Max(0, share - expired.Count), sure, written, sweep.HasWork(sure) ? Touched(changes) : null);
        documents.AddRange(swept.Documents);

        int left = Math.Min(share - expired.Count - swept.Documents.Count, limits.Bounds.MarkedMax);
        written = swept.Emptied is { } emptied ? [.. written, emptied] : written;
        IReadOnlyList<long> marked = AddPages(
            [.. pages.ToMark(sure, isIdle, left).Except(written)], page => pages.ToUtf8(page, sure), isWrittenAgain: true);
        IReadOnlyList<long> free = pages.Free(sure, swept.Removed);

        _created.Clear();
        foreach (Job job in changes.Created)
        {
            _created.Add(job.Id);
        }

        foreach (Job job in changes.Jobs)
        {
            if (job.Durable)
            {
                documents.Add(new StateOperation(
                    job.Id.ToString(),
                    DocumentWriter.Job(job, head.Epoch, commit),
                    IsNew: _created.Contains(job.Id),
                    IsWrittenAgain: !job.IsFinished));
            }
        }

        documents.AddRange(changes.Forgotten
            .Select(gone => new StateOperation(
                gone.Id.ToString(), JobDocument.Tombstone(gone.Id, now, gone.Keys), TtlSeconds: SecondsOf(gone, now))));

        // In the room that nothing else wants, so that nobody's commit is too large for it.
        HoursPlan hours = extrasMax > 0 && history.HasHours(now)
            ? HoursPlan.Of(
                shard,
                head.HistoryFrom,
                history,
                now,
                Math.Min(extrasMax, limits.OperationsMax - 1 - documents.Count),
                limits.BytesMax,
                limits.BytesMax - head.ToUtf8().Length - documents.Sum(BytesOf))
            : new HoursPlan([], [], head.HistoryFrom);
        documents.AddRange(hours.Documents);

        long[] newPages = [.. addedPages.Select(added => added.Key).Where(page => pages.EpochOf(page) is null)];
        (long published, long publishedEvents) = outbox.SoFar;
        Head next = head with
        {
            LeaseEndsAt = (now + limits.Lease).UtcDateTime,
            Time = now.UtcDateTime,
            Renewal = head.Renewal + 1,
            Commit = commit,
            CommitId = string.Create(CultureInfo.InvariantCulture, $"{head.Epoch}.{_nextCommitId++}"),
            Pages = newPages.Length > 0 || swept.Removed.Count > 0
                ? pages.SpansWith(newPages, head.Epoch, swept.Removed) : head.Pages,
            LivePages = newPages.Length + retired.Count + free.Count > 0
                ? pages.LiveRanges(newPages, [.. retired.Where(page => !pages.IsGuarding(page)), .. free]) : head.LivePages,
            NextPage = newPages.Length > 0 ? newPages[^1] + 1 : head.NextPage,
            Outbox = entry is not null || expired.Count > 0
                ? outbox.SpansWith(entry?.Number, head.Epoch, expired.Select(gone => gone.Number))
                : head.Outbox,
            NextOutbox = entry is not null ? entry.Number + 1 : head.NextOutbox,
            HistoryFrom = hours.From,
            OutboxBytes = outbox.Bytes + entryBytes - expired.Sum(gone => gone.Bytes),
            Published = published,
            Counts = head.Counts is { } counts
                ? counts with
                {
                    Published = publishedEvents,
                    DocumentsLeft = outbox.Next + (entry is null ? 0 : 1) - published,
                }
                : null,
            SettingsPages = settingsPlan.Pages,
            NextSettings = head.NextSettings + settingsPlan.Added.Count,
            PausedQueues = settingsPlan.InHead,
        };
        byte[] headUtf8 = next.ToUtf8();
        return new CommitPlan(next, documents, changes, settingsPlan, entry, entryBytes, expiredKeys, retired, swept)
        {
            Marked = [.. written, .. marked],
            Free = free,
            HistoryDays = hours.Dates,
            HeadUtf8 = headUtf8,
            Bytes = headUtf8.Length + documents.Sum(BytesOf),
        };

        // As many as there is room for, and the first in any case.
        IReadOnlyList<long> AddPages(IReadOnlyList<long> numbers, Func<long, byte[]> toUtf8, bool isWrittenAgain)
        {
            int added = 0;
            for (long bytes = 0; added < numbers.Count && bytes < limits.Bounds.RetiredBytesMax; added++)
            {
                long page = numbers[added];
                documents.Add(new StateOperation(
                    Keys.Page(shard, pages.EpochOf(page)!.Value, page), toUtf8(page), IsWrittenAgain: isWrittenAgain));
                bytes += documents[^1].Value!.Length;
            }

            return added == numbers.Count ? numbers : [.. numbers.Take(added)];
        }
    }

    /// <summary>The jobs that a commit writes or forgets, by their keys.</summary>
    private static HashSet<string> Touched(Changes changes) =>
        [.. changes.Jobs.Select(job => job.Id.ToString()), .. changes.Forgotten.Select(gone => gone.Id.ToString())];

    /// <summary>How long a tombstone stays: seven days, or as long as keys are taken that may stand nowhere else.</summary>
    private static int SecondsOf(ForgottenJob gone, DateTimeOffset now)
    {
        TimeSpan taken = gone.Keys.Count > 0 ? gone.Keys.Max(key => key.Until) - now : TimeSpan.Zero;
        return (int)Math.Min(int.MaxValue, Math.Ceiling((taken > TombstoneTtl ? taken : TombstoneTtl).TotalSeconds));
    }

    /// <summary>What an operation takes of a message: in two steps its document is a string inside the head.</summary>
    private long BytesOf(StateOperation operation) =>
        BytesBeside + operation.Key.Length + (limits.TwoStep ? KeptJson.LengthOf(operation.Value) : operation.Value?.Length ?? 0);

    private OutboxEvent ToOutbox(JobEvent jobEvent) => new(
        DocumentWriter.CloudEvent(jobEvent, limits.Events),
        jobEvent.Kind,
        jobEvent.Job.Id.Value,
        jobEvent.Job.Owner,
        jobEvent.Job.Queue)
    {
        IsPublished = !jobEvent.Unpublished.Has(jobEvent.Kind),
        IsProgress = EventForm.IsProgress(jobEvent),
    };
}
