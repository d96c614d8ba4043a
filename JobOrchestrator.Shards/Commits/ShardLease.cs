namespace JobOrchestrator.Shards;

/// <summary>
/// How long this process may rely on holding a shard: the lease's length from when its last head was sent, by its own monotonic clock. Who
/// waits for the shard counts the same length from when he has seen that head, which is later; no wall clock comes into it.
/// </summary>
/// <param name="length">The lease's length.</param>
/// <param name="time">The clock.</param>
internal sealed class ShardLease(TimeSpan length, TimeProvider time)
{
    // Two clocks may run apart by 400 millionths; this is more than twice that.
    private readonly TimeSpan _length = length - length / 1_000;

    private long _sentAt;
    private int _isHeld; // written by the shard's loop alone, read by all

    /// <summary>Whether nobody else can hold the shard at this moment.</summary>
    public bool Holds => Left > TimeSpan.Zero;

    /// <summary>For how long it holds if nothing more is written; zero: it does not.</summary>
    public TimeSpan Left =>
        Volatile.Read(ref _isHeld) == 1 && _length - SinceRenewal is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>The time since the last head that is known to be stored was sent.</summary>
    public TimeSpan SinceRenewal => time.GetElapsedTime(Interlocked.Read(ref _sentAt));

    /// <summary>A head is stored.</summary>
    /// <param name="sentAt">The timestamp from before it was sent for the first time.</param>
    public void Renew(long sentAt)
    {
        Interlocked.Exchange(ref _sentAt, sentAt);
        Volatile.Write(ref _isHeld, 1);
    }

    /// <summary>The shard is another's, or given up.</summary>
    public void End() => Volatile.Write(ref _isHeld, 0);
}
