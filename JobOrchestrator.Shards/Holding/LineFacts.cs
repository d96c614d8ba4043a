namespace JobOrchestrator.Shards;

/// <summary>
/// What is known of where a kind of jobs waits, remembered for a second: however many callers look at their jobs, they do not hold up the
/// commits and the workers, whose facts these are. A bounded number of kinds.
/// </summary>
/// <param name="askers">The workers.</param>
/// <param name="pace">How fast jobs are handed out.</param>
/// <param name="runs">How long they run.</param>
/// <param name="time">The shard's time.</param>
/// <param name="kindsMax">Most queues with a type and a priority.</param>
internal sealed class LineFacts(Askers askers, StartPace pace, RunTimes runs, ShardTime time, int kindsMax = 1_000)
{
    /// <summary>For so long they are used again.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(string Queue, string Type, int Priority), LineFact> _facts = []; // also the lock that guards it

    /// <summary>Of a job's kind, a second old at most.</summary>
    public LineFact Of(string queue, string type, int priority)
    {
        DateTimeOffset now = time.Now;
        lock (_facts)
        {
            if (_facts.TryGetValue((queue, type, priority), out LineFact? known) && (now - known.At).Duration() < KeptFor)
            {
                return known;
            }

            // Within the lock: of many who come when a second is over, one looks.
            LineFact fresh = Look(queue, type, priority);

            // All of them at once: whoever comes next is as good as he was who came first.
            if (_facts.Count >= kindsMax)
            {
                _facts.Clear();
            }

            return _facts[(queue, type, priority)] = fresh;
        }
    }

    /// <summary>The same, as it is now.</summary>
    public LineFact Look(string queue, string type, int priority)
    {
        DateTimeOffset now = time.Now;
        IReadOnlyList<Asker> workers = askers.Of(queue);
        return new LineFact(now, workers, TypesWith(workers, type), pace.Find(queue, priority, now), runs.Median(queue, type));
    }

    /// <summary>The types that are taken by whoever takes this one; null: all, or nobody takes it.</summary>
    private static HashSet<string>? TypesWith(IReadOnlyList<Asker> workers, string type)
    {
        Asker[] takers = [.. workers.Where(worker => worker.AsksFor(type))];
        return takers.Length == 0 || Array.Exists(takers, taker => taker.Types is null)
            ? null
            : [.. takers.SelectMany(taker => taker.Types!)];
    }
}

/// <summary>Where a kind of jobs waits.</summary>
/// <param name="At">When this was so.</param>
/// <param name="Workers">Those that have asked for jobs of the queue, the latest first.</param>
/// <param name="Types">The types that are taken by whoever takes this one; null: all, or nobody takes it.</param>
/// <param name="Pace">How fast jobs are handed out; null: nothing is known.</param>
/// <param name="Run">What half of the type's runs did not exceed; null: too few are known.</param>
internal sealed record LineFact(
    DateTimeOffset At, IReadOnlyList<Asker> Workers, IReadOnlySet<string>? Types, Pace? Pace, TimeSpan? Run)
{
    /// <summary>So many are handed out that a place in line says when.</summary>
    public bool HasPace { get; } = StartEstimate.Of(0, Pace, out _) is not null;

    /// <summary>By what a line is foretold.</summary>
    public Flow Flow => Pace?.Flow ?? Flow.Unknown;

    /// <summary>How many workers wait for a job of a type at this moment.</summary>
    public int AskingFor(string type) => Workers.Count(worker => worker.IsAsking && worker.AsksFor(type));
}
