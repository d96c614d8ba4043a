namespace JobOrchestrator.Shards;

/// <summary>
/// Watches the head of a shard that somebody else holds: it is free once nothing of it has changed for a whole lease by this process's own
/// monotonic clock. A read that failed, or that came long after the one before it, begins anew: an outage of the store is nobody's
/// silence, and a process that stood still has watched nothing.
/// </summary>
/// <param name="lease">The lease's length.</param>
/// <param name="time">The clock.</param>
internal sealed class HeadWatch(TimeSpan lease, TimeProvider time)
{
    private (string ETag, long Epoch, long Commit, long Renewal)? _seen;
    private long _since;
    private long _lookedAt;

    /// <summary>Notes a head, right after it was read.</summary>
    /// <param name="head">The head.</param>
    /// <param name="etag">Its ETag.</param>
    /// <param name="sentAt">The timestamp from before it was asked for: a store that takes its time is no pause in the watching.</param>
    /// <returns>Whether it has been silent for a lease.</returns>
    public bool See(Head head, string etag, long sentAt)
    {
        long now = time.GetTimestamp();
        (string, long, long, long) seen = (etag, head.Epoch, head.Commit, head.Renewal);
        if (_seen != seen || time.GetElapsedTime(_lookedAt, sentAt) > lease / 2)
        {
            _seen = seen;
            _since = now;
        }

        _lookedAt = now;
        return time.GetElapsedTime(_since, now) >= lease;
    }

    /// <summary>A read failed.</summary>
    public void Miss() => _seen = null;
}
