using System.Buffers.Binary;
using System.Diagnostics;
using LocalSidecar.Json;

namespace LocalSidecar.Log;

/// <summary>
/// The append-only log with group commit: whatever is appended while a commit is being written is the next commit.
/// Under <see cref="Gate"/> a caller checks, appends with <see cref="Begin"/> and <see cref="End"/>, and leaves; the
/// task it gets ends when the records are on the disk and applied. One thread writes. Without a durable store there
/// is nothing to wait for, and <see cref="End"/> applies at once.
/// </summary>
internal sealed partial class CommitLog : IDisposable
{
    // A failed disk is asked again this often; in between, writes are refused at once.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    // With this many writes within this time another is on its way, and what can wait may wait for it.
    private static readonly TimeSpan BusyWindow = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan CompanyWait = TimeSpan.FromMilliseconds(5);

    // More than this waiting for a stuck disk is refused: it could not become one commit.
    private const int OpenMax = 256 << 20;

    // A buffer that one huge commit has grown is not kept.
    private const int BufferKeptMax = 8 << 20;

    private readonly SegmentStore _store;
    private readonly IRecordSink _sink;
    private readonly ILogger _logger;
    private readonly Thread? _writer;
    private readonly List<Segment> _sealed = [];
    private Segment _active = null!;
    private Batch _open = new();
    private Batch? _idle = new();
    private long _number;
    private long _synced;
    private string? _failure;
    private bool _isBroken;
    private long _failedAt;
    private int _syncedEnd = SegmentHeader.Size;
    private readonly long[] _recentWrites = new long[4];
    private int _nextWrite;
    private int _recordStart;
    private bool _stopping;

    /// <summary>Reads what the store holds into <paramref name="sink"/> and starts serving.</summary>
    /// <exception cref="StartException">The log is damaged before its end.</exception>
    public CommitLog(SegmentStore store, IRecordSink sink, ILogger logger)
    {
        _store = store;
        _sink = sink;
        _logger = logger;
        sink.Attach(this);
        try
        {
            lock (Gate)
            {
                Recover();
                _active ??= NewSegment(_store.SegmentSize);
            }
        }
        catch (Exception problem)
        {
            store.Dispose();
            if (problem is IOException)
            {
                throw new StartException($"The data folder cannot be used: {problem.Message}");
            }

            throw;
        }

        if (store.Durable)
        {
            _writer = new Thread(WriteCommits) { IsBackground = true, Name = "log writer" };
            _writer.Start();
        }
    }

    /// <summary>Guards the open commit and everything that records turn into. Held for microseconds, never across I/O (but for the first read of a value).</summary>
    public object Gate { get; } = new();

    /// <summary>Whether records outlive the process.</summary>
    public bool Durable => _store.Durable;

    /// <summary>Raised, with the gate held, after a segment was filled.</summary>
    public event Action? SegmentFilled;

    /// <summary>The segment that is written to. The gate is held.</summary>
    public Segment Active => _active;

    /// <summary>Commits written by this process.</summary>
    public long Commits { get; private set; }

    /// <summary>Records appended by this process. The gate is held.</summary>
    public long Appended { get; private set; }

    /// <summary>Starts a record. The caller holds the gate, fills the buffer, and calls <see cref="End"/>.</summary>
    /// <exception cref="LogException">Too much is waiting already.</exception>
    public ByteBuffer Begin(RecordKind kind)
    {
        var buffer = _open.Bytes;
        if (buffer.Length > OpenMax)
        {
            throw new LogException("too many writes are waiting for the disk", null);
        }

        if (buffer.Length == 0)
        {
            buffer.Extend(Frame.HeadSize);
        }

        _recordStart = buffer.Length;
        buffer.WriteInt32(0);
        buffer.Write((byte)kind);
        return buffer;
    }

    /// <summary>Ends the record. The task ends when it is durable and visible, or fails with <see cref="LogException"/>.</summary>
    /// <param name="linger">How long the record may wait for company.</param>
    /// <param name="sync">False for what may be lost in a power cut (though not when only the process dies).</param>
    public Task End(TimeSpan linger = default, bool sync = true)
    {
        var buffer = _open.Bytes;
        buffer.PatchInt32(_recordStart, buffer.Length - _recordStart - 4);
        _open.Sync |= sync;
        Appended++;
        if (_writer is null)
        {
            WriteNow();
            return Task.CompletedTask;
        }

        if (sync && linger == TimeSpan.Zero)
        {
            _recentWrites[_nextWrite++ % _recentWrites.Length] = Stopwatch.GetTimestamp();
        }

        Nudge(linger);
        return _open.Done.Task;
    }

    /// <summary>How long a record may wait to share the sync of a write that will come anyway: not at all while little happens.</summary>
    public TimeSpan CompanyLinger() =>
        _writer is not null && Stopwatch.GetElapsedTime(_recentWrites[_nextWrite % _recentWrites.Length]) < BusyWindow ? CompanyWait : TimeSpan.Zero;

    /// <summary>Ends when everything appended so far is on the disk. The gate is held, and something has been appended since it was taken.</summary>
    public Task Durably()
    {
        _open.Sync = true;
        return _writer is null ? Task.CompletedTask : _open.Done.Task;
    }

    /// <summary>Asks for a commit within <paramref name="linger"/>, so that <see cref="IRecordSink.Join"/> is called.</summary>
    public void Nudge(TimeSpan linger)
    {
        var due = Stopwatch.GetTimestamp() + (long)(linger.TotalSeconds * Stopwatch.Frequency);
        if (_writer is not null && due < _open.Due)
        {
            _open.Due = due;
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Bytes of full segments, and the bytes of them and the current one that are still needed. The gate is held.</summary>
    public (long Sealed, long Live) Sizes() =>
        (_sealed.Sum(static segment => (long)segment.End), _sealed.Sum(static segment => segment.LiveBytes) + _active.LiveBytes);

    /// <summary>The oldest full segment. The gate is held.</summary>
    public Segment? Oldest() => _sealed.Count > 0 ? _sealed[0] : null;

    /// <summary>Forgets the oldest segment, which holds nothing live.</summary>
    public void DeleteOldest()
    {
        Segment oldest;
        lock (Gate)
        {
            oldest = _sealed[0];
            Debug.Assert(oldest.LiveCount == 0, "A segment that is still needed must not go.");
            _sealed.RemoveAt(0);
        }

        _store.Delete(oldest);
    }

    /// <summary>Writes what is waiting and stops.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            _stopping = true;
            Monitor.PulseAll(Gate);
        }

        _writer?.Join();
        _active.Dispose();
        foreach (var segment in _sealed)
        {
            segment.Dispose();
        }

        _store.Dispose();
    }

    private void WriteCommits()
    {
        while (TakeBatch() is { } batch)
        {
            try
            {
                Write(batch);
                lock (Gate)
                {
                    Apply(_active, batch.Offset, batch.Bytes.Written);
                }

                batch.Done.TrySetResult();
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                Fail(batch, problem);
            }

            batch.Reset();
            if (batch.Bytes.Capacity <= BufferKeptMax)
            {
                lock (Gate)
                {
                    _idle = batch;
                }
            }
        }
    }

    private Batch? TakeBatch()
    {
        lock (Gate)
        {
            while (true)
            {
                var idle = _open.Due == long.MaxValue;
                var wait = idle ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _open.Due);
                if (_stopping || (!idle && wait <= TimeSpan.Zero))
                {
                    _sink.Join();
                    if (_open.Bytes.Length > 0)
                    {
                        var batch = _open;
                        _open = _idle ?? new Batch();
                        _idle = null;
                        return batch;
                    }

                    if (_stopping)
                    {
                        return null;
                    }

                    _open.Due = long.MaxValue;
                    continue;
                }

                // Rounded up: the wait is in whole milliseconds, and 0 would spin.
                Monitor.Wait(Gate, idle ? Timeout.Infinite : (int)Math.Ceiling(wait.TotalMilliseconds));
            }
        }
    }

    private void Write(Batch batch)
    {
        if (_isBroken || batch.Bytes.Length > _active.Length - _active.End)
        {
            if (_failure is not null && Stopwatch.GetElapsedTime(_failedAt) < RetryInterval)
            {
                throw new StillFailingException(_failure);
            }

            // What a failed write left behind is unknown, so the log goes on in a new segment that says where the old one ends.
            Roll(batch.Bytes.Length);
        }

        batch.Offset = _active.End;
        Frame.Seal(batch.Bytes.Writable, _active.Salt, ++_number, _synced);
        _isBroken = true;
        _active.Write(batch.Bytes.Written, batch.Offset);
        if (batch.Sync)
        {
            _active.Flush();
            _synced = _number;
        }

        _isBroken = false;
        if (_failure is not null)
        {
            _failure = null;
            LogRecovered();
        }

        Commits++;
        lock (Gate)
        {
            _active.End += batch.Bytes.Length;
            _syncedEnd = batch.Sync ? _active.End : _syncedEnd;
            if (_active.End > _active.Length / 2)
            {
                _store.PrepareNext();
            }
        }
    }

    private void WriteNow()
    {
        var batch = _open;
        if (batch.Bytes.Length > _active.Length - _active.End)
        {
            Roll(batch.Bytes.Length);
        }

        batch.Offset = _active.End;
        Frame.WriteLength(batch.Bytes.Writable);
        _active.Write(batch.Bytes.Written, batch.Offset);
        _active.End += batch.Bytes.Length;
        Apply(_active, batch.Offset, batch.Bytes.Written);
        batch.Reset();
    }

    private void Roll(int needed)
    {
        var length = Math.Max(_store.SegmentSize, needed + SegmentHeader.Size);
        _store.Reserve(length);

        // From here on a failure leaves it open whether the old segment still counts as the last: nothing more goes into it.
        var wasBroken = _isBroken;
        _isBroken = true;
        if (wasBroken)
        {
            // Commits that were not worth a sync of their own may be lost with it; the next segment must not vouch for them.
            _active.End = Math.Min(_active.End, _syncedEnd);
        }
        else if (_synced < _number)
        {
            _active.Flush();
            _synced = _number;
        }

        var next = NewSegment(length);
        _isBroken = false;
        lock (Gate)
        {
            _sealed.Add(_active);
            _active = next;
            _syncedEnd = next.End;
            SegmentFilled?.Invoke();
        }
    }

    private Segment NewSegment(int length) => _store.Create((_active?.Id ?? 0) + 1, _active?.End ?? 0, length);

    private void Apply(Segment segment, int offset, ReadOnlySpan<byte> frame)
    {
        for (var at = Frame.HeadSize; at < frame.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(frame[at..]);
            _sink.Apply(frame.Slice(at + 4, length), segment, offset + at + 4);
            at += 4 + length;
        }
    }

    private void Fail(Batch batch, Exception problem)
    {
        var failure = new LogException($"the log cannot be written: {problem.Message}", problem);
        Batch open;
        lock (Gate)
        {
            if (_failure is null)
            {
                LogFailed(problem.Message);
            }

            if (problem is not StillFailingException)
            {
                _failure = problem.Message;
                _failedAt = Stopwatch.GetTimestamp();
            }

            // What waits was checked against what has just been lost.
            open = _open;
            _open = new Batch();
            _sink.Lost();
        }

        batch.Done.TrySetException(failure);
        open.Done.TrySetException(failure);

        // Nobody may be waiting; then nobody has to look.
        _ = batch.Done.Task.Exception;
        _ = open.Done.Task.Exception;
    }

    [LoggerMessage(1, LogLevel.Error, "The log cannot be written: {Reason}. Writes are refused until it can.")]
    private partial void LogFailed(string reason);

    [LoggerMessage(2, LogLevel.Information, "The log can be written again.")]
    private partial void LogRecovered();

    private sealed class StillFailingException(string message) : IOException(message);

    private sealed class Batch
    {
        public ByteBuffer Bytes { get; } = new(64 << 10);

        public TaskCompletionSource Done { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Due { get; set; } = long.MaxValue;

        public bool Sync { get; set; }

        public int Offset { get; set; }

        public void Reset()
        {
            Bytes.Clear();
            if (Done.Task.IsCompleted)
            {
                Done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            Due = long.MaxValue;
            Sync = false;
        }
    }
}
