using LocalSidecar.Log;

namespace LocalSidecar.State;

// Values that were written together stand together, and are read together.
internal sealed partial class StateStore
{
    // What lies between two values and is cheaper to read than to pass over.
    private const int GapMax = 4 << 10;

    // How much is read at once: little enough for the heap of small objects.
    private const int RunMax = 64 << 10;

    /// <summary>The values under several keys, in their order; null where there is none, or where it has to be asked for singly.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="bytesMax">Once the values are longer than that, the rest has to be asked for singly.</param>
    public (StateValue? Value, bool IsKnown)[] GetMany(IReadOnlyList<byte[]> keys, long bytesMax)
    {
        var found = new (StateValue?, bool)[keys.Count];
        var places = new List<(int Key, Segment Segment, StateEntry Entry)>(keys.Count);
        lock (log.Gate)
        {
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            for (int i = 0; i < keys.Count && bytesMax > 0; i++)
            {
                if (_entries.TryGet(keys[i], out StateEntry entry) && !entry.IsExpired(now))
                {
                    places.Add((i, log.SegmentOf(entry.Segment), entry));
                    bytesMax -= entry.Length;
                }
                else
                {
                    found[i] = (null, true);
                }
            }
        }

        places.Sort(static (one, other) => (one.Entry.Segment, one.Entry.Offset).CompareTo((other.Entry.Segment, other.Entry.Offset)));
        for (int from = 0; from < places.Count;)
        {
            int to = EndOfRun(places, from);
            ReadRun(places[from..to], found);
            from = to;
        }

        return found;
    }

    private static int EndOfRun(List<(int Key, Segment Segment, StateEntry Entry)> places, int from)
    {
        StateEntry first = places[from].Entry, last = first;
        int to = from + 1;
        for (; to < places.Count; to++)
        {
            StateEntry next = places[to].Entry;
            if (next.Segment != first.Segment || next.Offset - (last.Offset + last.Length) > GapMax
                || next.Offset + next.Length - first.Offset > RunMax)
            {
                break;
            }

            last = next;
        }

        return to;
    }

    private static void ReadRun(List<(int Key, Segment Segment, StateEntry Entry)> run, (StateValue? Value, bool IsKnown)[] found)
    {
        int start = run[0].Entry.Offset;
        byte[] bytes = new byte[run.Max(static place => place.Entry.Offset + place.Entry.Length) - start];
        try
        {
            run[0].Segment.Read(bytes, start);
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            // Each for itself: one of them cannot be read, or they were compacted meanwhile and stand elsewhere.
            return;
        }

        foreach ((int key, _, StateEntry entry) in run)
        {
            ReadOnlyMemory<byte> value = bytes.AsMemory(entry.Offset - start, entry.Length);
            found[key] = (new StateValue(value, entry.Etag, entry.ExpiresAt, entry.IsRaw), true);
        }
    }
}
