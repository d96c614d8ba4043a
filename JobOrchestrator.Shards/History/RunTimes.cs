using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// How long attempts that completed their job took lately, by queue and type, in memory: by that it is reckoned when one that runs will
/// end. Fed by commits; a bounded number of queues and types, of which those that had nothing longest go first.
/// </summary>
/// <param name="kindsMax">Most pairs of a queue and a type.</param>
internal sealed class RunTimes(int kindsMax = 256)
{
    /// <summary>Fewer say nothing.</summary>
    public const int Enough = 5;

    /// <summary>With so many, all before count half: a type whose work has changed is known by it after as many again.</summary>
    public const int Plenty = 200;

    private readonly Dictionary<(string Queue, string Type), Kind> _kinds = []; // also the lock that guards everything
    private long _turn;

    /// <summary>A commit is stored.</summary>
    /// <param name="events">What it told of.</param>
    public void Stored(IReadOnlyList<JobEvent> events)
    {
        for (int i = 0; i < events.Count; i++)
        {
            if (events[i] is { Job: { Status: JobStatus.Completed } job } && AttemptTimes.EndedIn(events[i]) is { } ended
                && AttemptTimes.RunOf(ended) is { } run)
            {
                lock (_kinds)
                {
                    Of(job.Queue, job.Type).Add(run, ++_turn);
                }
            }
        }
    }

    /// <summary>What half of them did not exceed, within 19 %; null: too few are known.</summary>
    public TimeSpan? Median(string queue, string type)
    {
        lock (_kinds)
        {
            return _kinds.TryGetValue((queue, type), out Kind? kind) ? kind.Median : null;
        }
    }

    private Kind Of(string queue, string type)
    {
        if (!_kinds.TryGetValue((queue, type), out Kind? kind))
        {
            if (_kinds.Count >= kindsMax)
            {
                _kinds.Remove(_kinds.MinBy(known => known.Value.LastTurn).Key);
            }

            _kinds.Add((queue, type), kind = new Kind());
        }

        return kind;
    }

    private sealed class Kind
    {
        private readonly int[] _counts = new int[RootTwoBuckets.Count];
        private int _all;

        public long LastTurn { get; private set; }

        public TimeSpan? Median => _all >= Enough ? TimeSpan.FromSeconds(RootTwoBuckets.Quantile(_counts, 0.5)!.Value) : null;

        public void Add(TimeSpan run, long turn)
        {
            LastTurn = turn;
            _counts[RootTwoBuckets.Of(run)]++;
            if (++_all < Plenty)
            {
                return;
            }

            _all = 0;
            for (int bucket = 0; bucket < _counts.Length; bucket++)
            {
                _all += _counts[bucket] /= 2;
            }
        }
    }
}
