namespace JobOrchestrator.Shards;

/// <summary>The first and the last of some instants.</summary>
internal sealed class DigestTimes
{
    private long _from = DateTimeOffset.MaxValue.UtcTicks;
    private long _to = DateTimeOffset.MinValue.UtcTicks;

    /// <summary>There is none so far.</summary>
    public DigestTimes()
    {
    }

    /// <summary>As they were stored, in UTC ticks.</summary>
    public DigestTimes(long from, long to) => (_from, _to) = (from, to);

    /// <summary>There is one at least.</summary>
    public bool HasAny => From <= To;

    /// <summary>The first; behind the last: there is none.</summary>
    public DateTimeOffset From => new(Volatile.Read(ref _from), TimeSpan.Zero);

    /// <summary>The last.</summary>
    public DateTimeOffset To => new(Volatile.Read(ref _to), TimeSpan.Zero);

    /// <summary>One more.</summary>
    public void Add(DateTimeOffset at)
    {
        Volatile.Write(ref _from, Math.Min(_from, at.UtcTicks));
        Volatile.Write(ref _to, Math.Max(_to, at.UtcTicks));
    }
}
