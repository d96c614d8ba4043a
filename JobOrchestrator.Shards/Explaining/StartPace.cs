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
                // What waits for its time, as it was submitted or between two attempts, comes in when that has come.
                bool isTimed = job.Status == JobStatus.New && job.RunAt > now
                    && (happened.Kind == JobEventKind.Created || happened.PreviousStatus == JobStatus.InProgress);
                bool isArrival = isTimed || happened.Kind == JobEventKind.Created;
                if (isStart || isArrival)
                {
                    QueuePace pace = Of(job.Queue, now);
                    if (isStart)
                    {
                        pace.Start(now, now - ReadyAt(job));
                    }

                    if (isArrival)
                    {
                        pace.Arrive(job.Priority, now, isTimed ? job.RunAt : null);
                    }

                    pace.Waiting(ready(job.Queue) > 0, now);
                }
                else if (_queues.TryGetValue(job.Queue, out QueuePace? known))
                {
                    // A line ends by a cancel as well, and nobody was slow since.
                    known.Waiting(ready(job.Queue) > 0, now);
                }

                if (happened.PreviousQueue is { } left && _queues.TryGetValue(left, out QueuePace? former))
                {
                    former.Waiting(ready(left) > 0, now);
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

    /// <summary>Since when a job that is handed out now was ready: since its time came, or its last attempt was given back.</summary>
    private static DateTimeOffset ReadyAt(Job job)
    {
        DateTimeOffset at = job.RunAt > job.CreatedAt ? job.RunAt : job.CreatedAt;
        for (int i = 0; i < job.Attempts.Count; i++)
        {
            at = job.Attempts[i].EndedAt > at ? job.Attempts[i].EndedAt!.Value : at;
        }

        return at;
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
internal sealed record Pace(IReadOnlyList<int> Starts, double HigherPerSecond, int Minutes)
{
    /// <summary>By what a line is foretold that a job will meet.</summary>
    public Flow Flow { get; init; } = Flow.Unknown;
}
