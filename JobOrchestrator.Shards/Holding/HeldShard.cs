using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>A shard that runs here.</summary>
/// <param name="loaded">What was loaded when it was taken.</param>
/// <param name="loop">Its one writer.</param>
/// <param name="reads">Its jobs for those who look and wait.</param>
/// <param name="store">Where its documents are.</param>
/// <param name="limits">What commits keep to.</param>
/// <param name="time">The clock.</param>
internal sealed class HeldShard(
    LoadedShard loaded, CommitLoop loop, ShardReads reads, IStateStore store, ShardLimits limits, TimeProvider time) : IShard
{
    private readonly PageReader _pages = new(loaded.Number, loaded.Pages, store);
    private readonly OutboxReader _outbox = new(loaded.Number, store);

    /// <summary>The store answers.</summary>
    public bool IsReachable => loop.IsReachable;

    public Task<Outcome> ProposeAsync(Command command, CancellationToken cancellationToken)
    {
        var envelope = new Envelope(command);
        Post(envelope);
        return AnswerAsync(envelope, cancellationToken);
    }

    public async Task<IReadOnlyList<Job>> LeaseAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken)
    {
        var envelope = new Envelope(lease, waits: wait > TimeSpan.Zero);
        Post(envelope);
        try
        {
            Outcome outcome = wait > TimeSpan.Zero
                ? await WaitedAsync(envelope, wait, cancellationToken)
                : await AnswerAsync(envelope, cancellationToken);
            return ((Outcome.Leased)outcome).Jobs;
        }
        catch (OperationCanceledException)
        {
            loop.Leave(envelope);
            throw;
        }
    }

    public ValueTask<JobLookup> FindAsync(JobId id, CancellationToken cancellationToken) => reads.FindAsync(id, cancellationToken);

    public Task<IReadOnlyDictionary<JobId, Job>> FindManyAsync(IReadOnlyList<JobId> ids, CancellationToken cancellationToken) =>
        reads.FindManyAsync(ids, cancellationToken);

    public Task<JobLookup> WaitAsync(JobId id, JobCondition until, TimeSpan atMost, CancellationToken cancellationToken) =>
        reads.WaitAsync(id, until, atMost, cancellationToken);

    public IAsyncEnumerable<JobEvent> WatchAsync(JobId id, long afterSequence, CancellationToken cancellationToken) =>
        reads.WatchAsync(id, afterSequence, cancellationToken);

    public Task<IdPage> IdsAsync(long before, CancellationToken cancellationToken) =>
        reads.ReadAsync(token => _pages.ReadAsync(before, token), cancellationToken);

    public Task<FeedRange> FeedRangeAsync(CancellationToken cancellationToken)
    {
        OutboxView view = loaded.Outbox.View(long.MaxValue);
        return Task.FromResult(new FeedRange(new FeedPlace(view.First, 0), new FeedPlace(view.Next, 0)));
    }

    public async Task<EventPage> EventsAsync(FeedPlace from, FeedFilter filter, int limit, CancellationToken cancellationToken)
    {
        OutboxView view = loaded.Outbox.View(from.Number);
        if (from.Number < view.First || from.Number > view.Next)
        {
            throw new CursorExpiredException("Events after this cursor are no longer kept.");
        }

        if (from.Number == view.Next || limit <= 0)
        {
            return new EventPage([], from, 0, IsEnd: from.Number == view.Next);
        }

        (IReadOnlyList<OutboxEntry> entries, long end) = await reads.ReadAsync(
            token => _outbox.ReadAsync(view, from.Number, limit, token), cancellationToken);
        return Filtered(entries, from, end, filter, limit);
    }

    public async Task WaitForEventsAsync(FeedPlace from, CancellationToken cancellationToken)
    {
        OutboxView view = loaded.Outbox.View(from.Number);
        if (view.Next <= from.Number)
        {
            await view.Grown.WaitAsync(cancellationToken);
        }
    }

    public async Task<QueueStatistics> QueueAsync(string queue, CancellationToken cancellationToken) =>
        (await AskAsync((shard, now) => [shard.Statistics(queue, now)], cancellationToken))[0];

    public Task<IReadOnlyList<QueueStatistics>> QueuesAsync(string? after, int limit, CancellationToken cancellationToken) =>
        AskAsync((shard, now) => shard.Statistics(now, after, limit), cancellationToken);

    private Task<IReadOnlyList<QueueStatistics>> AskAsync(
        Func<Shard, DateTimeOffset, IReadOnlyList<QueueStatistics>> look, CancellationToken cancellationToken)
    {
        RequireReachable();
        return loop.AskAsync(new Inquiry(look)).WaitAsync(cancellationToken);
    }

    private static EventPage Filtered(IReadOnlyList<OutboxEntry> entries, FeedPlace from, long end, FeedFilter filter, int limit)
    {
        var events = new List<ShardEvent>();
        FeedPlace place = from;
        int lookedAt = 0;
        foreach (OutboxEntry entry in entries)
        {
            int offset = entry.Number == place.Number ? place.Offset : 0;
            for (; offset < entry.Events.Count && events.Count < limit; offset++)
            {
                lookedAt++;
                OutboxEvent item = entry.Events[offset];
                place = offset + 1 < entry.Events.Count ? new FeedPlace(entry.Number, offset + 1) : new FeedPlace(entry.Number + 1, 0);
                if ((filter.Owner is null || filter.Owner == item.Owner) && (filter.Queue is null || filter.Queue == item.Queue))
                {
                    events.Add(new ShardEvent(item.CloudEvent, item.Kind, place));
                }
            }
        }

        return new EventPage(events, events.Count < limit && place.Number < end ? new FeedPlace(end, 0) : place, lookedAt, IsEnd: false);
    }

    private void RequireReachable()
    {
        if (!loop.IsReachable)
        {
            throw new StoreUnavailableException("The state store does not answer.");
        }
    }

    private void Post(Envelope envelope)
    {
        RequireReachable();
        if (!loop.TryPost(envelope))
        {
            throw new TooBusyException("More commands wait than can be held.");
        }
    }

    private async Task<Outcome> AnswerAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        try
        {
            return await envelope.Task.WaitAsync(limits.Answer, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw envelope.TryWithdraw()
                ? new StoreUnavailableException("The command waited too long for its turn; nothing was written.")
                : new OutcomeUnknownException("Time ran out while the command was being written.");
        }
    }

    /// <summary>A lease that waits for a job; empty when none has come.</summary>
    private async Task<Outcome> WaitedAsync(Envelope envelope, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            return await envelope.Task.WaitAsync(wait, time, cancellationToken);
        }
        catch (TimeoutException) when (envelope.TryWithdraw())
        {
            return new Outcome.Leased([]);
        }
        catch (TimeoutException)
        {
            // It is being committed at this very moment; a commit is short, or its outcome is unknown.
            return await AnswerAsync(envelope, cancellationToken);
        }
    }
}
