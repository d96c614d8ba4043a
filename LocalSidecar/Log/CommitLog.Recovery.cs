using LocalSidecar.Errors;

namespace LocalSidecar.Log;

internal sealed partial class CommitLog
{
    private void Recover()
    {
        IReadOnlyList<(Segment Segment, int? End)> found = _store.Found;
        byte[][] rooms = [[], []];
        Task<byte[]>? read = found.Count > 0 ? Task.Run(() => Read(0)) : null;
        for (int i = 0; i < found.Count; i++)
        {
            // One is brought from the disk while the one before it is replayed; a room is taken again once its segment was.
            (Segment segment, int? end) = found[i];
            byte[] bytes = read!.GetAwaiter().GetResult();
            int next = i + 1;
            read = next < found.Count ? Task.Run(() => Read(next)) : null;
            if (_active is not null)
            {
                _sealed.Add(_active);
            }

            // What it replaces may stand in it.
            _active = segment;
            Replay(segment, bytes.AsSpan(0, segment.Length), end ?? segment.Length, isLast: end is null);
        }

        _synced = _number;
        _syncedEnd = _active?.End ?? SegmentHeader.Size;

        byte[] Read(int number)
        {
            Segment segment = found[number].Segment;
            ref byte[] room = ref rooms[number % rooms.Length];
            if (room.Length < segment.Length)
            {
                room = GC.AllocateUninitializedArray<byte>(segment.Length);
            }

            segment.Read(room.AsSpan(0, segment.Length), 0);
            return room;
        }
    }

    private void Replay(Segment segment, Span<byte> bytes, int end, bool isLast)
    {
        if (end > bytes.Length)
        {
            // The next one says how long it had been.
            throw Damaged(segment, bytes.Length);
        }

        int at = SegmentHeader.Size;
        while (at < end && Frame.Parse(bytes[at..end], segment.Salt) is { } frame && (_number == 0 || frame.Number > _number))
        {
            _number = frame.Number;
            segment.End = at + Frame.HeadSize + frame.Length;
            Apply(segment, at, bytes.Slice(at, Frame.HeadSize + frame.Length));
            at = segment.End;
        }

        if (!isLast && at != end)
        {
            throw Damaged(segment, at);
        }

        Span<byte> tail = bytes[at..end];
        int used = tail.LastIndexOfAnyExcept((byte)0) + 1;
        if (!isLast || used == 0)
        {
            return;
        }

        if (WasSyncedAfter(tail[..used], segment.Salt))
        {
            throw Damaged(segment, at);
        }

        // New frames must not end up in front of old rubbish that a later start could take for them.
        segment.Write(new byte[used], at);
        segment.Flush();
        LogTornTail(_logger, Name(segment), at, used);
    }

    /// <summary>Whether a good frame further on says that the bad one in front of it had reached the disk.</summary>
    private bool WasSyncedAfter(ReadOnlySpan<byte> tail, ulong salt)
    {
        for (int at = 1; at < tail.Length; at++)
        {
            int next = tail[at..].IndexOf(Frame.MagicBytes);
            if (next < 0)
            {
                return false;
            }

            at += next;
            if (Frame.Parse(tail[at..], salt) is { } frame && frame.SyncedThrough > _number)
            {
                return true;
            }
        }

        return false;
    }

    private static StartException Damaged(Segment segment, int at) => new(
        $"{Name(segment)} is damaged at byte {at}, before writes that were acknowledged. Restore the data folder from a copy, or start "
            + "with an empty one.");

    private static string Name(Segment segment) => segment is FileSegment file ? file.Path : $"segment {segment.Id}";

    [LoggerMessage(
        3, LogLevel.Warning, "{File}: cut a torn tail at byte {Offset} ({Bytes} bytes of a commit that was never acknowledged).")]
    private static partial void LogTornTail(ILogger logger, string file, int offset, int bytes);
}
