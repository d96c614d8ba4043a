using LocalSidecar.Log;

namespace LocalSidecar.Storage;

/// <summary>
/// Keeps the log short while it serves. When less than half of it is needed, the oldest segment goes: what is still
/// needed in it is appended to the log like any other record, and once that is on the disk the segment is deleted.
/// Always the oldest, so that a deletion is never forgotten while an older value that it hides is still there.
/// Nothing is renamed or rewritten in place: a crash at any moment leaves a log that reads the same.
/// </summary>
internal sealed partial class Cleaner : IDisposable
{
    // Copied under the gate at a time, so that requests never wait long.
    private const int ChunkBytes = 256 << 10;

    private readonly CommitLog _log;
    private readonly Ledger _ledger;
    private readonly long _slack;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _filled = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public Cleaner(CommitLog log, Ledger ledger, int segmentSize, ILogger logger)
    {
        _log = log;
        _ledger = ledger;
        _slack = segmentSize;
        _logger = logger;
        log.SegmentFilled += Wake;
        _filled.Release();
        _running = Task.Run(RunAsync);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _running.GetAwaiter().GetResult();
        lock (_log.Gate)
        {
            _log.SegmentFilled -= Wake;
        }

        _stopping.Dispose();
        _filled.Dispose();
    }

    private void Wake() => _filled.Release();

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                await _filled.WaitAsync(_stopping.Token);
                while (Due() is { } oldest)
                {
                    await CleanAsync(oldest);
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                // The log could not be written, say. The segment stays, and the next full one brings another try.
                LogCleaningFailed(_logger, problem.Message);
            }
        }
    }

    private Segment? Due()
    {
        lock (_log.Gate)
        {
            (long full, long live) = _log.Sizes();
            return full > (2 * live) + _slack ? _log.Oldest() : null;
        }
    }

    private async Task CleanAsync(Segment oldest)
    {
        byte[] head = new byte[Frame.HeadSize];
        do
        {
            for (int at = SegmentHeader.Size; at < oldest.End;)
            {
                _stopping.Token.ThrowIfCancellationRequested();
                oldest.Read(head, at);
                byte[] frame = new byte[Frame.HeadSize + Frame.ReadLength(head)];
                oldest.Read(frame, at);
                await MoveAsync(oldest, frame, at);
                at += frame.Length;
            }

            await CommitAsync(_ledger.Bus.MoveSubscriptions);
        }
        while (IsNeeded(oldest));
        _log.DeleteOldest();
    }

    private async Task MoveAsync(Segment oldest, byte[] frame, int offset)
    {
        for (int at = Frame.HeadSize; at < frame.Length;)
        {
            await CommitAsync(() => at = MoveChunk(oldest, frame, offset, at));
        }
    }

    private int MoveChunk(Segment oldest, byte[] frame, int offset, int at)
    {
        for (int moved = 0; at < frame.Length && moved < ChunkBytes;)
        {
            int length = BitConverter.ToInt32(frame, at);
            if (_ledger.Move(frame.AsSpan(at + 4, length), oldest, offset + at + 4))
            {
                moved += length;
            }

            at += 4 + length;
        }

        return at;
    }

    private async Task CommitAsync(Action append)
    {
        Task committed;
        lock (_log.Gate)
        {
            long before = _log.Appended;
            append();
            committed = _log.Appended == before ? Task.CompletedTask : _log.Durably();
        }

        await committed;
    }

    private bool IsNeeded(Segment segment)
    {
        lock (_log.Gate)
        {
            return segment.LiveCount > 0;
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "The log could not be compacted: {Reason}")]
    private static partial void LogCleaningFailed(ILogger logger, string reason);
}
