using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// Publishes waves of events, topic beside topic. A topic that the broker does not take falls behind: it goes its own way, and with it the
/// further events of the jobs whose events it has, for no event of a job overtakes another. Everybody else's go on. Where the broker takes
/// others all the time, what it does not take is set aside in the end.
/// </summary>
/// <param name="publishing">Publishes to one topic.</param>
/// <param name="topics">Which topic an event goes to.</param>
/// <param name="bounds">How long and how much.</param>
/// <param name="isPacked">An owner's events to one topic go in one message.</param>
/// <param name="time">The clock.</param>
/// <param name="moved">Called whenever <see cref="Oldest"/> may have changed.</param>
/// <param name="failed">Called when a topic that is behind has ended without being told to, and its events would wait for ever.</param>
internal sealed class TopicLanes(
    TopicPublisher publishing,
    Topics topics,
    ShardBounds bounds,
    bool isPacked,
    TimeProvider time,
    Action moved,
    Action<Exception> failed)
{
    private const int GivenUpMax = 1_000; // owners may have topics of their own

    private readonly Lock _lock = new(); // guards everything below
    private readonly Dictionary<string, TopicLane> _behind = []; // by topic
    private readonly Dictionary<Guid, TopicLane> _laneOfJob = [];
    private readonly List<Task> _draining = [];
    private readonly HashSet<string> _givenUp = []; // topics whose last events were
    private readonly LatelyTaken _taken = new();
    private long _bytes; // of all that is behind

    // A topic that is behind has dealt with something.
    private readonly Signal _drained = new();

    /// <summary>The oldest outbox document that a topic behind has not dealt with; null: none is behind.</summary>
    public long? Oldest
    {
        get
        {
            lock (_lock)
            {
                return _behind.Count == 0 ? null : _behind.Values.Min(lane => lane.Oldest);
            }
        }
    }

    /// <summary>Events in waves, each of which may be published in any order.</summary>
    public List<List<Outgoing>> Waves(IEnumerable<Outgoing> events) => Waves(events, isPacked ? topics.Of : null);

    /// <summary>
    /// Events in waves that hold each job at most once: the sidecar sends the entries of one bulk publish in no order, and one job's
    /// events may not overtake each other. Within a message they do not.
    /// </summary>
    /// <param name="events">The events.</param>
    /// <param name="packedBy">What has the same here goes in one message; null: each goes by itself.</param>
    internal static List<List<Outgoing>> Waves(IEnumerable<Outgoing> events, Func<OutboxEvent, string?>? packedBy) =>
        EventWaves.Of(events, item => item.Event.Job, item => packedBy?.Invoke(item.Event));

    /// <summary>Publishes a wave: returns once all of it is out, set aside, or left to a topic that is behind.</summary>
    public async Task PublishAsync(IReadOnlyList<Outgoing> wave, CancellationToken stopping)
    {
        var begun = new List<(TopicLane Lane, Task Publishing)>();
        foreach (IGrouping<string, Outgoing> group in ByTopic(wave.Where(item => !Follows(item))))
        {
            var lane = new TopicLane(group.Key, [.. group]);
            begun.Add((lane, PublishAsync(lane, group.Key, lane.Sent, stopping)));
        }

        try
        {
            long started = time.GetTimestamp();
            foreach ((TopicLane lane, Task publish) in begun)
            {
                TimeSpan left = bounds.TopicPatience - time.GetElapsedTime(started);
                if (!await EndsAsync(publish, left > TimeSpan.Zero ? left : TimeSpan.Zero, stopping))
                {
                    Leave(lane, publish, stopping);
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Together.AllAsync(begun.Select(one => one.Publishing));
            throw;
        }

        while (IsFull())
        {
            await _drained.WaitAsync(stopping);
        }
    }

    /// <summary>Waits until the topics that are behind have ended, once they were told to.</summary>
    public async Task StopAsync()
    {
        Task[] all;
        lock (_lock)
        {
            all = [.. _draining];
        }

        try
        {
            await Together.AllAsync(all);
        }
        catch (OperationCanceledException)
        {
            // As told.
        }
    }

    private IEnumerable<IGrouping<string, Outgoing>> ByTopic(IEnumerable<Outgoing> events) =>
        events.Where(item => topics.Of(item.Event) is not null).GroupBy(item => topics.Of(item.Event)!);

    private async Task<bool> EndsAsync(Task publish, TimeSpan atMost, CancellationToken stopping)
    {
        try
        {
            await publish.WithinAsync(atMost, time, stopping);
            return true;
        }
        catch (TimeoutException) when (!publish.IsCompleted)
        {
            return false;
        }
    }

    /// <summary>Whether an event goes with a topic that is behind: its own, or the one that an earlier one of its job waits for.</summary>
    private bool Follows(Outgoing item)
    {
        lock (_lock)
        {
            if (_behind.Count == 0
                || topics.Of(item.Event) is not { } topic
                || !(_laneOfJob.TryGetValue(item.Event.Job, out TopicLane? lane) || _behind.TryGetValue(topic, out lane)))
            {
                return false;
            }

            lane.Add(item);
            _laneOfJob[item.Event.Job] = lane;
            _bytes += item.Bytes;
            return true;
        }
    }

    private void Leave(TopicLane lane, Task publish, CancellationToken stopping)
    {
        lock (_lock)
        {
            _behind.Add(lane.Topic, lane);
            Enter(lane);
            _bytes += lane.Sent.Sum(item => item.Bytes);
            _draining.RemoveAll(task => task.IsCompleted);
            _draining.Add(DrainAsync(lane, publish, stopping));
        }

        moved();
    }

    private async Task DrainAsync(TopicLane lane, Task publish, CancellationToken stopping)
    {
        try
        {
            await DrainAllAsync(lane, publish, stopping);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            failed(exception);
        }
    }

    private async Task DrainAllAsync(TopicLane lane, Task publish, CancellationToken stopping)
    {
        bool hasMore;
        do
        {
            await publish;
            lock (_lock)
            {
                foreach (Outgoing item in lane.Sent)
                {
                    _bytes -= item.Bytes;
                    _laneOfJob.Remove(item.Event.Job);
                }

                hasMore = lane.SendNext();
                if (hasMore)
                {
                    Enter(lane);
                }
                else
                {
                    _behind.Remove(lane.Topic);
                }
            }

            _drained.Set();
            moved();
            publish = hasMore ? PublishWavesAsync(lane, stopping) : Task.CompletedTask;
        }
        while (hasMore);
    }

    private void Enter(TopicLane lane)
    {
        foreach (Outgoing item in lane.Sent)
        {
            _laneOfJob[item.Event.Job] = lane;
        }
    }

    private async Task PublishWavesAsync(TopicLane lane, CancellationToken stopping)
    {
        foreach (IReadOnlyList<Outgoing> wave in Waves(lane.Sent))
        {
            await Together.AllAsync(ByTopic(wave).Select(group => PublishAsync(lane, group.Key, [.. group], stopping)));
        }
    }

    private async Task PublishAsync(TopicLane lane, string topic, IReadOnlyList<Outgoing> events, CancellationToken stopping)
    {
        TopicTrouble trouble;
        lock (_lock)
        {
            trouble = lane.TroubleOf(topic, time.GetTimestamp());
        }

        bool areOut = await publishing.PublishAsync(
            topic,
            [.. events.Select(item => item.Event)],
            () => IsGivenUpAsync(lane, topic, trouble, stopping),
            () => Taken(trouble),
            stopping);
        lock (_lock)
        {
            if (areOut)
            {
                _givenUp.Remove(topic);
                _taken.Note(topic, events[^1].Event);
            }

            // What was given up stays so until all is taken: the next of its events wait no minute once more.
            if (areOut || !trouble.IsGivenUp)
            {
                lane.Settle(topic);
            }
        }
    }

    private void Taken(TopicTrouble trouble)
    {
        lock (_lock)
        {
            trouble.Taken(time.GetTimestamp());
        }
    }

    /// <summary>Whether no more may wait in memory. Where the broker takes others, those behind are given up then.</summary>
    private bool IsFull()
    {
        lock (_lock)
        {
            bool isFull = _bytes > bounds.TopicBytesBehindMax;
            foreach (TopicLane lane in _behind.Values)
            {
                lane.IsTooLong |= isFull;
            }

            return isFull;
        }
    }

    /// <summary>
    /// Whether a topic that has just failed is not waited for any more: it has failed for long, and each time, several times in a row, the
    /// broker took another one right after. To see that, an event that it took last is sent once more, for a repeat does no harm. That it
    /// took others at some time meanwhile says nothing: it may have been back for a moment. It may be any topic that the lane sends to:
    /// the later events of its jobs wait in it too.
    /// </summary>
    private async Task<bool> IsGivenUpAsync(TopicLane lane, string topic, TopicTrouble trouble, CancellationToken stopping)
    {
        (string Topic, OutboxEvent Event) other;
        lock (_lock)
        {
            TimeSpan enough = _givenUp.Contains(topic) ? bounds.TopicPatience : bounds.TopicGivenUpAfter;
            bool isLong = lane.IsTooLong || time.GetElapsedTime(trouble.Since) >= enough;
            if (!isLong || _taken.OtherThan(topic) is not { } known)
            {
                return false;
            }

            other = known;
        }

        bool takesOthers = await publishing.TryOnceAsync(other.Topic, other.Event, bounds.TopicPatience, stopping);
        lock (_lock)
        {
            if (!takesOthers)
            {
                _taken.Failed(other.Topic);
            }

            trouble.FailuresBeside = takesOthers ? trouble.FailuresBeside + 1 : 0;
            if (trouble.FailuresBeside < bounds.RefusedTries)
            {
                return false;
            }

            // Of other lanes too the next of its events wait no minute once more.
            if (_givenUp.Count == GivenUpMax)
            {
                _givenUp.Clear();
            }

            _givenUp.Add(topic);
            return trouble.IsGivenUp = true;
        }
    }
}
