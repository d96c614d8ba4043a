namespace JobOrchestrator.Simulation.Oracles;

/// <summary>When reports on a shard could be taken, as the world tells it; a shard of which it tells nothing always could.</summary>
internal sealed class Availability(JudgeRules rules) : IHistoryWatcher, ILedgerWatcher
{
    private readonly Dictionary<int, List<(DateTimeOffset From, DateTimeOffset? To)>> _away = [];

    public void Served(int shard, bool isServed, long step, DateTimeOffset at)
    {
        if (!_away.TryGetValue(shard, out List<(DateTimeOffset From, DateTimeOffset? To)>? away))
        {
            _away.Add(shard, away = []);
        }

        bool isAway = away.Count > 0 && away[^1].To is null;
        if (isServed && isAway)
        {
            away[^1] = (away[^1].From, at);
        }
        else if (!isServed && !isAway)
        {
            away.Add((at, null));
        }
    }

    /// <summary>Between two looks of the world: who commits something has just been there, so that two moments away are not one.</summary>
    public void Committed(Commit commit)
    {
        if (commit.Changes.Count > 0
            && _away.TryGetValue(commit.Shard.Number, out List<(DateTimeOffset From, DateTimeOffset? To)>? away)
            && away.Count > 0 && away[^1].To is null)
        {
            away[^1] = (away[^1].From, commit.At);
            away.Add((commit.At, null));
        }
    }

    /// <summary>Whether reports can be taken now.</summary>
    public bool IsServed(int shard) => !_away.TryGetValue(shard, out List<(DateTimeOffset From, DateTimeOffset? To)>? away)
        || away.Count == 0 || away[^1].To is not null;

    /// <summary>Whether reports could be taken all the while.</summary>
    public bool IsServed(int shard, DateTimeOffset from, DateTimeOffset to) =>
        !_away.TryGetValue(shard, out List<(DateTimeOffset From, DateTimeOffset? To)>? away)
        || !away.Exists(span => span.From <= to && (span.To ?? DateTimeOffset.MaxValue) >= from);

    /// <summary>
    /// How much of a span of time was such that reports could be taken. A moment away, for which no worker is excused, counts as served.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="from">The span's begin.</param>
    /// <param name="to">Its end.</param>
    /// <param name="turnedAway">When reports were made that could not be taken, whatever else was.</param>
    public TimeSpan Time(
        int shard, DateTimeOffset from, DateTimeOffset to, IEnumerable<(DateTimeOffset From, DateTimeOffset To)> turnedAway)
    {
        IEnumerable<(DateTimeOffset From, DateTimeOffset To)> away = _away.GetValueOrDefault(shard, [])
            .Select(span => (span.From, To: span.To ?? to))
            .Where(span => span.To - span.From > rules.StallNotExcused)
            .Select(span => span.To - span.From > rules.StallNotExcused + rules.StallNotSeen
                ? span
                : (From: span.From + rules.StallNotSeen, span.To));
        TimeSpan time = to - from;
        DateTimeOffset counted = from;
        foreach ((DateTimeOffset begin, DateTimeOffset end) in away.Concat(turnedAway).OrderBy(span => span.From))
        {
            // What lies in both is one time.
            DateTimeOffset first = begin > counted ? begin : counted;
            DateTimeOffset last = end < to ? end : to;
            if (last > first)
            {
                time -= last - first;
                counted = last;
            }
        }

        return time;
    }
}
