using LocalSidecar.Json;
using LocalSidecar.Log;

namespace LocalSidecar.State;

// The store's records: written, read back, and copied by compactions.
internal sealed partial class StateStore
{
    /// <summary>Takes in a committed record, from behind its kind and store name. The gate is held.</summary>
    public void Apply(ReadOnlySpan<byte> record, int at, Segment segment, int offset)
    {
        var reader = new RecordReader(record[at..]);
        int body = record.Length - reader.Int32();
        for (int count = reader.Int32(); count > 0; count--)
        {
            var kind = (OperationKind)reader.Byte();
            ReadOnlySpan<byte> key = reader.Run();
            if (kind == OperationKind.Delete)
            {
                if (_entries.Remove(key, out StateEntry gone))
                {
                    Release(key, gone);
                }
            }
            else
            {
                long expiresAt = reader.Int64();
                Guid etag = reader.Guid();
                bool isRaw = kind is OperationKind.UpsertRaw or OperationKind.MoveRaw;
                Put(key, new StateEntry(segment.Id, offset + body + reader.Int32(), reader.Int32(), etag, expiresAt, isRaw), segment);
            }

            if (kind is not (OperationKind.Move or OperationKind.MoveRaw))
            {
                Settle(key);
            }
        }
    }

    /// <summary>Appends the values of a record in a segment about to go that are still needed. The gate is held.</summary>
    public bool Move(ReadOnlySpan<byte> record, int at, Segment segment, int offset)
    {
        var reader = new RecordReader(record[at..]);
        int body = record.Length - reader.Int32();
        bool moved = false;
        for (int count = reader.Int32(); count > 0; count--)
        {
            var kind = (OperationKind)reader.Byte();
            ReadOnlySpan<byte> key = reader.Run();
            if (kind == OperationKind.Delete)
            {
                continue;
            }

            long expiresAt = reader.Int64();
            Guid etag = reader.Guid();
            (int valueAt, int length) = (offset + body + reader.Int32(), reader.Int32());
            if (_entries.TryGet(key, out StateEntry entry)
                && (entry.Segment, entry.Offset, entry.Length) == (segment.Id, valueAt, length) && entry.Etag == etag
                && !_pending.GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(key))
            {
                ReadOnlySpan<byte> value = record.Slice(valueAt - offset, length);
                ByteBuffer buffer = log.Begin(RecordKind.State);
                buffer.WriteRun(_name);
                buffer.WriteInt32(value.Length);
                buffer.WriteInt32(1);
                WriteUpsert(buffer, entry.IsRaw ? OperationKind.MoveRaw : OperationKind.Move, key, expiresAt, etag, 0, value.Length);
                buffer.Write(value);
                _ = log.End(sync: false);
                moved = true;
            }
        }

        return moved;
    }

    private static void WriteUpsert(
        Json.ByteBuffer buffer, OperationKind kind, ReadOnlySpan<byte> key, long expiresAt, Guid etag, int valueAt, int valueLength)
    {
        buffer.Write((byte)kind);
        buffer.WriteRun(key);
        buffer.WriteInt64(expiresAt);
        buffer.WriteGuid(etag);
        buffer.WriteInt32(valueAt);
        buffer.WriteInt32(valueLength);
    }

    private void Settle(ReadOnlySpan<byte> key)
    {
        Dictionary<byte[], PendingEntry>.AlternateLookup<ReadOnlySpan<byte>> lookup = _pending.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(key, out PendingEntry? pending) && --pending.Writes == 0)
        {
            lookup.Remove(key);
        }
    }

    private void Put(ReadOnlySpan<byte> key, in StateEntry entry, Segment segment)
    {
        if (_entries.Put(key, entry, out StateEntry old))
        {
            Release(key, old);
        }

        segment.LiveCount++;
        segment.LiveBytes += Bytes(key, entry);
        if (entry.ExpiresAt != 0 && old.ExpiresAt != entry.ExpiresAt)
        {
            _expiring.Enqueue(_entries.NameOf(key), entry.ExpiresAt);
        }
    }

    private void Release(ReadOnlySpan<byte> key, in StateEntry entry)
    {
        Segment segment = log.SegmentOf(entry.Segment);
        segment.LiveCount--;
        segment.LiveBytes -= Bytes(key, entry);
    }

    private static long Bytes(ReadOnlySpan<byte> key, in StateEntry entry) => key.Length + entry.Length + OverheadBytes;

    // The numbers are on disks: never reuse one.
    private enum OperationKind : byte
    {
        Upsert = 1,
        Delete = 2,

        /// <summary>A value that was written before and is only copied: its ETag stays.</summary>
        Move = 3,

        /// <summary>Like <see cref="Upsert"/>, of bytes that come back as they are.</summary>
        UpsertRaw = 4,

        /// <summary>Like <see cref="Move"/>, of bytes that come back as they are.</summary>
        MoveRaw = 5,
    }
}
