namespace JobOrchestrator.Shards;

/// <summary>
/// How long this process may rely on holding a shard: the lease's length from when its last head was sent, by its own monotonic clock, or
/// by its wall clock where that says more: the machine may have slept. Who waits for the shard counts the same length from when he has
/// seen that head, which is later. A wall clock that leaps, ahead or back, costs a renewal, and none prolongs anything.
/// </summary>
/// <param name="length">The lease's length.</param>
/// <param name="time">The clock.</param>
internal sealed class ShardLease(TimeSpan length, TimeProvider time)
{
    // Two clocks may run apart by 400 millionths; this is more than twice that.
    private readonly TimeSpan _length = length - length / 1_000;

    private readonly LinkedList<Action> _toTell = []; // who waits until it holds again; also the lock that guards it
    private volatile Sent _sent = new(default);
    private int _isHeld; // written by the shard's loop alone, read by all
    private volatile bool _isDistrusted;

    /// <summary>Whether nobody else can hold the shard at this moment.</summary>
    public bool Holds => Left > TimeSpan.Zero;

    /// <summary>
    /// Whether what is in memory is what is stored: it holds, and no write has met an ETag that is not known. That is nobody's within a
    /// lease but ours, written late, or that of a second process of this replica's name, which takes the shard at once.
    /// </summary>
    public bool IsSure => Holds && !_isDistrusted;

    /// <summary>For how long it holds if nothing more is written; zero: it does not.</summary>
    public TimeSpan Left =>
        Volatile.Read(ref _isHeld) == 1 && _length - SinceRenewal is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>The time since the last head that is known to be stored was sent, at most.</summary>
    public TimeSpan SinceRenewal => _sent.At.ElapsedAtMost(time);

    /// <summary>A head is stored.</summary>
    /// <param name="sentAt">The moment before it was sent for the first time.</param>
    public void Renew(ClockReading sentAt)
    {
        _sent = new Sent(sentAt);
        _isDistrusted = false;
        Volatile.Write(ref _isHeld, 1);
        if (Holds)
        {
            Tell();
        }
    }

    /// <summary>Tells from now on whenever it becomes sure: whoever has asked before that whether it is asks again.</summary>
    /// <param name="told">Called by whoever renews it: short, and throws nothing.</param>
    /// <returns>Ends it.</returns>
    public IDisposable OnRenewal(Action told)
    {
        lock (_toTell)
        {
            return new Telling(this, _toTell.AddLast(told));
        }
    }

    /// <summary>A write was refused, perhaps for its ETag: until the head is read, another process may have written.</summary>
    public void Distrust() => _isDistrusted = true;

    /// <summary>The head was read, and is ours.</summary>
    public void Trust()
    {
        if (_isDistrusted)
        {
            _isDistrusted = false;
            if (Holds)
            {
                Tell();
            }
        }
    }

    /// <summary>The shard is another's, or given up.</summary>
    public void End() => Volatile.Write(ref _isHeld, 0);

    private void Tell()
    {
        Action[] all;
        lock (_toTell)
        {
            all = [.. _toTell];
        }

        Array.ForEach(all, static told => told());
    }

    private sealed class Telling(ShardLease lease, LinkedListNode<Action> node) : IDisposable
    {
        public void Dispose()
        {
            lock (lease._toTell)
            {
                lease._toTell.Remove(node);
            }
        }
    }

    private sealed record Sent(ClockReading At);
}
