using System.Runtime.ExceptionServices;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// Publishes the outbox in commit order, behind the commits and off the callers' path. The first event goes at once; whatever is
/// committed while a publish is under way is the next one. What the head calls unpublished is published again after a crash: at least
/// once, with ids by which a subscriber drops repeats. What the broker refuses for good counts as published: the feed has it. A document
/// that is lost or cannot be read is told of, and the next ones go on.
/// </summary>
internal sealed partial class Publisher(
    int shard,
    Outbox outbox,
    OutboxReader reader,
    TopicPublisher publishing,
    Topics topics,
    StoreCalls calls,
    ShardBounds bounds,
    PublishedForm form,
    TimeProvider time,
    ILogger logger)
{
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var sieve = new ProgressSieve(form.Coalesce, time);
        var progress = new Progress(outbox, sieve);
        Exception? failure = null;
        var lanes = new TopicLanes(publishing, topics, bounds, form.IsPacked, time, progress.Mark, exception =>
        {
            failure = exception;
            ended.Cancel();
        });
        progress.Lanes = lanes;
        try
        {
            await PublishAsync(lanes, progress, sieve, ended.Token);
        }
        catch (OperationCanceledException) when (failure is not null && !stopping.IsCancellationRequested)
        {
            // Whoever keeps the publisher going begins it again, from what is not published.
            ExceptionDispatchInfo.Throw(failure);
        }
        finally
        {
            ended.Cancel();
            await lanes.StopAsync();
        }
    }

    private async Task PublishAsync(TopicLanes lanes, Progress progress, ProgressSieve sieve, CancellationToken stopping)
    {
        var grown = new Signal();
        using IDisposable following = outbox.Follow(progress.Next, grown);
        using ITimer due = time.CreateTimer(_ => grown.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (true)
        {
            if (sieve.TakeDue() is { Count: > 0 } kept)
            {
                await lanes.PublishAsync(kept, stopping);
                sieve.Settle();
                progress.Mark();
            }

            long next = progress.Next;
            OutboxView view = outbox.View(next, bounds.PublishedMax);
            if (view.Next <= next)
            {
                due.Change(
                    sieve.Wait is { } wait ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : Timeout.InfiniteTimeSpan,
                    Timeout.InfiniteTimeSpan);
                await grown.WaitAsync(stopping);
                continue;
            }

            OutboxRead read = await calls.InsistAsync(
                token => reader.ReadAsync(view, next, bounds.PublishedMax, token),
                exception => LogReadFailed(logger, shard, exception.Message),
                stopping);
            foreach (Hole hole in read.Holes)
            {
                // What is not published is never deleted: what is not there is lost.
                LogNotPublished(logger, shard, hole.Key, hole.IsThere ? "cannot be read" : "is not in the store: its events are lost");
            }

            IEnumerable<Outgoing> events = sieve.Sift(read.Entries
                .SelectMany(entry => entry.Events.Select(item => new Outgoing(entry.Number, item)))
                .Where(item => topics.Of(item.Event) is not null));
            foreach (IReadOnlyList<Outgoing> wave in lanes.Waves(events))
            {
                await lanes.PublishAsync(wave, stopping);
            }

            progress.Read(read);
        }
    }

    /// <summary>How far everything has been published, the topics that are behind included.</summary>
    private sealed class Progress(Outbox outbox, ProgressSieve sieve)
    {
        private readonly Lock _lock = new(); // topics that are behind move on beside
        private readonly Queue<(long Number, int Events)> _read = []; // not published yet

        public TopicLanes? Lanes { get; set; }

        /// <summary>The first outbox document that has not been read.</summary>
        public long Next { get; private set; } = outbox.Published;

        /// <summary>Entries have been read, and sent or left to topics that are behind.</summary>
        public void Read(OutboxRead read)
        {
            lock (_lock)
            {
                foreach (OutboxEntry entry in read.Entries)
                {
                    _read.Enqueue((entry.Number, entry.Number >= outbox.CountedFrom ? entry.Events.Count : 0));
                }

                Next = read.End;
            }

            Mark();
        }

        public void Mark()
        {
            lock (_lock)
            {
                // First what is kept back: from there events go to the lanes, and they are seen in one of the two at least.
                long kept = sieve.Oldest;
                long published = Math.Min(Math.Min(kept, Lanes!.Oldest ?? long.MaxValue), Next);
                long events = 0;
                while (_read.TryPeek(out (long Number, int Events) first) && first.Number < published)
                {
                    events += _read.Dequeue().Events;
                }

                outbox.MarkPublished(published, events);
            }
        }
    }

    [LoggerMessage(20, LogLevel.Warning, "Shard {Shard}: publishing waits and tries again. {Reason}")]
    private static partial void LogReadFailed(ILogger logger, int shard, string reason);

    [LoggerMessage(
        21,
        LogLevel.Error,
        "Shard {Shard}: the events of {Key} are not published, for the document {Reason}. The next ones go on; the feed says 410 there.")]
    private static partial void LogNotPublished(ILogger logger, int shard, string key, string reason);
}
