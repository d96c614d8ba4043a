namespace JobOrchestrator.Sdk;

/// <summary>
/// How many leases a request may name: half of what was too many, and carefully more again, since the bound may have been raised or been
/// a proxy's that is gone. Not thread-safe: the loop that asks uses it alone.
/// </summary>
internal sealed class NamedLeasesMax(TimeProvider time)
{
    // What the orchestrator takes in one request, unless it is told otherwise.
    private const int Most = 10_000;

    // Twice as many are tried after this time, which doubles each time it was in vain: a bound that stays costs a request an hour.
    private static readonly TimeSpan PauseFirst = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromHours(1);

    private TimeSpan _pause = PauseFirst;
    private long _lookedAt;
    private bool _isTrial;

    /// <summary>How many may be named now.</summary>
    public int Value { get; private set; } = Most;

    /// <summary>Twice as many, where the time has come.</summary>
    public void Grow()
    {
        if (Value < Most && time.GetElapsedTime(_lookedAt) >= _pause)
        {
            (Value, _isTrial, _lookedAt) = (Math.Min(Most, Value * 2), true, time.GetTimestamp());
        }
    }

    /// <summary>A request that named so many was too large.</summary>
    public void TooMany(int named)
    {
        if (_isTrial)
        {
            _pause = _pause * 2 < PauseMax ? _pause * 2 : PauseMax;
        }

        (Value, _isTrial, _lookedAt) = (named / 2, false, time.GetTimestamp());
    }

    /// <summary>A request that named so many was taken.</summary>
    public void Taken(int named)
    {
        if (_isTrial && named > Value / 2)
        {
            (_isTrial, _pause) = (false, PauseFirst);
        }
    }
}
