using System.Diagnostics;
using LocalSidecar.Errors;
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

    // The last write failed, and none has succeeded since: the disk is asked no more often than it should be.
    private bool _isUnproven;
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

    /// <summary>
    /// Guards the open commit and everything that records turn into. Held for microseconds, never across I/O (but for the first read of
    /// a value).
    /// </summary>
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
        ByteBuffer buffer = _open.Bytes;
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
        ByteBuffer buffer = _open.Bytes;
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
        _writer is not null && Stopwatch.GetElapsedTime(_recentWrites[_nextWrite % _recentWrites.Length]) < BusyWindow
            ? CompanyWait
            : TimeSpan.Zero;

    /// <summary>
    /// Ends when everything appended so far is on the disk. The gate is held, and something has been appended since it was taken.
    /// </summary>
    public Task Durably()
    {
        _open.Sync = true;
        return _writer is null ? Task.CompletedTask : _open.Done.Task;
    }

    /// <summary>Asks for a commit within <paramref name="linger"/>, so that <see cref="IRecordSink.Join"/> is called.</summary>
    public void Nudge(TimeSpan linger)
    {
        long due = Stopwatch.GetTimestamp() + (long)(linger.TotalSeconds * Stopwatch.Frequency);
        if (_writer is not null && due < _open.Due)
        {
            _open.Due = due;
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Bytes of full segments, and the bytes of them and the current one that are still needed. The gate is held.</summary>
    public (long Sealed, long Live) Sizes() =>
        (_sealed.Sum(static segment => (long)segment.End), _sealed.Sum(static segment => segment.LiveBytes) + _active.LiveBytes);

    /// <summary>A segment that is there: they are numbered without gaps. The gate is held.</summary>
    public Segment SegmentOf(int id) => id == _active.Id ? _active : _sealed[id - _sealed[0].Id];

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
        foreach (Segment segment in _sealed)
        {
            segment.Dispose();
        }

        _store.Dispose();
    }
}
