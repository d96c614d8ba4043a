using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// How fast each queue's jobs are handed out, in memory, by tens of seconds for an hour: what an estimate goes by. Fed by commits; a
/// bounded number of queues, of which those that had nothing longest go first.
/// </summary>
/// <param name="queuesMax">Most queues.</param>
internal sealed class StartPace(int queuesMax = 256)
{
    private readonly Dictionary<string, QueuePace> _queues = new(StringComparer.Ordinal); // also the lock that guards everything

    /// <summary>A commit is stored.</summary>
    /// <param name="events">What it told of.</param>
    /// <param name="ready">How many jobs of a queue are ready now.</param>
    /// <param name="now">The time.</param>
    public void Stored(IReadOnlyList<JobEvent> events, Func<string, int> ready, DateTimeOffset now)
    {
        if (events.Count == 0)
        {
            return;
        }

        lock (_queues)
        {
            foreach (JobEvent happened in events)
            {
                Job job = happened.Job;
                bool isStart = happened is { Job.Status: JobStatus.InProgress, PreviousStatus: JobStatus.New };
                bool isArrival = happened.Kind == JobEventKind.Created;
                if (isStart || isArrival)
                {
                    QueuePace pace = Of(job.Queue, now);
                    if (isStart)
                    {
                        pace.Start(now);
                    }
                    else
                    {
                        pace.Arrive(job.Priority, now);
                    }

                    pace.Waiting(ready(job.Queue) > 0, now);
                }
            }
        }
    }

    /// <summary>What an estimate goes by; null: nothing is known of the queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="priority">What comes with a higher one goes first.</param>
    /// <param name="now">The time.</param>
    public Pace? Find(string queue, int priority, DateTimeOffset now)
    {
        lock (_queues)
        {
            return _queues.TryGetValue(queue, out QueuePace? pace) ? pace.Read(priority, now) : null;
        }
    }

    private QueuePace Of(string queue, DateTimeOffset now)
    {
        if (!_queues.TryGetValue(queue, out QueuePace? pace))
        {
            if (_queues.Count >= queuesMax)
            {
                _queues.Remove(_queues.MinBy(known => known.Value.LastAt).Key);
            }

            _queues.Add(queue, pace = new QueuePace(now));
        }

        return pace;
    }
}

/// <summary>How fast jobs were handed out.</summary>
/// <param name="Starts">By ten seconds, those in which jobs waited, oldest first.</param>
/// <param name="HigherPerSecond">How many came each second that go before.</param>
/// <param name="Minutes">The minutes looked back at.</param>
internal sealed record Pace(IReadOnlyList<int> Starts, double HigherPerSecond, int Minutes);
