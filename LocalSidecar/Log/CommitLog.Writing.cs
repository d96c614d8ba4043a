using System.Buffers.Binary;
using System.Diagnostics;
using LocalSidecar.Json;

namespace LocalSidecar.Log;

// The writing half: one commit after the other, and what happens when one cannot be written.
internal sealed partial class CommitLog
{
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
                // Before anybody is told: whoever hears "not written" may not find it after a crash.
                if (problem is not StillFailingException)
                {
                    Forget(batch);
                }

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
                bool idle = _open.Due == long.MaxValue;
                TimeSpan wait = idle ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _open.Due);
                if (_stopping || (!idle && wait <= TimeSpan.Zero))
                {
                    _sink.Join();
                    if (_open.Bytes.Length > 0)
                    {
                        Batch batch = _open;
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
        bool needsNew = _isBroken || batch.Bytes.Length > _active.Length - _active.End;
        if ((needsNew || _isUnproven) && _failure is not null && Stopwatch.GetElapsedTime(_failedAt) < RetryInterval)
        {
            throw new StillFailingException(_failure);
        }

        if (needsNew)
        {
            Roll(batch.Bytes.Length);
        }

        batch.Offset = _active.End;
        Frame.Seal(batch.Bytes.Writable, _active.Salt, ++_number, _synced);
        _isBroken = true;
        _isUnproven = true;
        _active.Write(batch.Bytes.Written, batch.Offset);
        if (batch.Sync)
        {
            _active.Flush();
            _synced = _number;
        }

        _isBroken = false;
        _isUnproven = false;
        if (_failure is not null)
        {
            _failure = null;
            LogRecovered(_logger);
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

    /// <summary>
    /// What a failed write left behind is unknown, so the log goes on in a new segment that says where the old one ends. Where none can
    /// be made, zeros in its place are as good unless the power fails too.
    /// </summary>
    private void Forget(Batch batch)
    {
        if (!_isBroken)
        {
            return;
        }

        try
        {
            Roll(0);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Wipe(batch);
        }
    }

    private void Wipe(Batch batch)
    {
        try
        {
            _active.Write(new byte[Math.Min(batch.Bytes.Length, _active.Length - _active.End)], _active.End);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The disk takes nothing at all; it is asked again, and the next segment says where this one ends.
        }
    }

    private void WriteNow()
    {
        Batch batch = _open;
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
        int length = Math.Max(_store.SegmentSize, needed + SegmentHeader.Size);
        _store.Reserve(length);

        // From here on a failure leaves it open whether the old segment still counts as the last: nothing more goes into it.
        bool wasBroken = _isBroken;
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

        Segment next = NewSegment(length);
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
        for (int at = Frame.HeadSize; at < frame.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(frame[at..]);
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
                LogFailed(_logger, problem.Message);
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
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Information, "The log can be written again.")]
    private static partial void LogRecovered(ILogger logger);

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
