using System.Runtime.InteropServices;

namespace LocalSidecar.State;

/// <summary>
/// Entries by the number of a beginning and a UUID: a hash table whose slots lie in pieces of a fixed size, so that it grows without a
/// copy of what is there and without room for twice as much; and without a reference in it, so that the garbage collector passes it by.
/// </summary>
internal sealed class IdTable
{
    private const int PieceBits = 12;
    private const int PieceSlots = 1 << PieceBits;
    private const int BucketsMin = 1 << 6;

    private readonly List<Slot[]> _pieces = [];
    private int[] _buckets = new int[BucketsMin]; // the first slot of each, by its number from 1 on; 0: none
    private int _used; // slots that were ever taken
    private int _free; // the first of those that were given back, by its number from 1 on; 0: none

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>All of them that expire.</summary>
    public IEnumerable<(int Head, Guid Id, long ExpiresAt)> Expiring()
    {
        for (int slot = 0; slot < _used; slot++)
        {
            Slot found = _pieces[slot >> PieceBits][slot & (PieceSlots - 1)];
            if (found.Entry.ExpiresAt != 0)
            {
                yield return (found.Head, found.Id, found.Entry.ExpiresAt);
            }
        }
    }

    /// <summary>The entry; false: there is none.</summary>
    public bool TryGet(int head, Guid id, out StateEntry entry)
    {
        for (int next = _buckets[BucketOf(head, id)]; next != 0;)
        {
            ref Slot slot = ref At(next);
            if (slot.Id == id && slot.Head == head)
            {
                entry = slot.Entry;
                return true;
            }

            next = slot.Next;
        }

        entry = default;
        return false;
    }

    /// <summary>Puts an entry in the place of the one that is there, if there is one.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Put(int head, Guid id, in StateEntry entry, out StateEntry before)
    {
        ref int bucket = ref _buckets[BucketOf(head, id)];
        for (int next = bucket; next != 0;)
        {
            ref Slot slot = ref At(next);
            if (slot.Id == id && slot.Head == head)
            {
                before = slot.Entry;
                slot.Entry = entry;
                return true;
            }

            next = slot.Next;
        }

        before = default;
        int taken = Take();
        At(taken) = new Slot { Id = id, Head = head, Entry = entry, Next = bucket };
        bucket = taken;
        if (++Count > _buckets.Length)
        {
            Widen();
        }

        return false;
    }

    /// <summary>Takes an entry out; false: there is none.</summary>
    public bool Remove(int head, Guid id, out StateEntry before)
    {
        ref int link = ref _buckets[BucketOf(head, id)];
        while (link != 0)
        {
            ref Slot slot = ref At(link);
            if (slot.Id == id && slot.Head == head)
            {
                before = slot.Entry;
                int given = link;
                link = slot.Next;
                slot = new Slot { Next = _free };
                _free = given;
                Count--;
                return true;
            }

            link = ref slot.Next;
        }

        before = default;
        return false;
    }

    private int Take()
    {
        if (_free != 0)
        {
            int taken = _free;
            _free = At(taken).Next;
            return taken;
        }

        if (_used == _pieces.Count << PieceBits)
        {
            _pieces.Add(new Slot[PieceSlots]);
        }

        return ++_used;
    }

    private void Widen()
    {
        _buckets = new int[_buckets.Length * 2];
        for (int number = 1; number <= _used; number++)
        {
            ref Slot slot = ref At(number);
            if (slot.Entry.Segment != 0)
            {
                ref int bucket = ref _buckets[BucketOf(slot.Head, slot.Id)];
                slot.Next = bucket;
                bucket = number;
            }
        }
    }

    private ref Slot At(int number) => ref _pieces[(number - 1) >> PieceBits][(number - 1) & (PieceSlots - 1)];

    private int BucketOf(int head, Guid id)
    {
        // A Guid's own hash is the same for all whose four parts have the same exclusive or.
        ReadOnlySpan<ulong> halves = MemoryMarshal.Cast<Guid, ulong>(new ReadOnlySpan<Guid>(in id));
        return HashCode.Combine(halves[0], halves[1], head) & (_buckets.Length - 1);
    }

    /// <summary>One entry; of segment 0: none.</summary>
    private struct Slot
    {
        public Guid Id;
        public StateEntry Entry;
        public int Head;
        public int Next;
    }
}
