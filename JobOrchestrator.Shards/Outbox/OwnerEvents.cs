namespace JobOrchestrator.Shards;

/// <summary>
/// How many events each owner has behind any place of a shard's outbox, and since when the first of them is there, without reading one.
/// Exact for the newest documents of an owner, coarser further back, in bounded memory; what is from before it began is not known.
/// Thread-safe.
/// </summary>
/// <param name="from">The first document that it will be told of.</param>
/// <param name="ownersMax">Of how many owners it knows; those that had no event for longest are forgotten.</param>
/// <param name="marksMax">How many numbers it keeps of an owner; an even number.</param>
internal sealed class OwnerEvents(long from, int ownersMax = 128, int marksMax = 128)
{
    private readonly Lock _lock = new(); // guards everything
    private readonly Dictionary<string, Line> _owners = new(StringComparer.Ordinal);
    private long _from = from; // the events of owners that had to be forgotten are from before

    /// <summary>A document of the outbox is stored.</summary>
    public void Add(OutboxEntry entry, DateTimeOffset at)
    {
        lock (_lock)
        {
            Line? line = null;
            foreach (OutboxEvent item in entry.Events)
            {
                if (item.Owner is { } owner)
                {
                    // Most commits are of one owner, or of a few in turn.
                    line = line?.Owner == owner ? line : LineOf(owner, entry.Number);
                    line.Add(entry.Number, entry.Events.Count, at);
                }
            }
        }
    }

    /// <summary>What an owner has behind a place.</summary>
    public UnreadEvents Behind(string owner, FeedPlace place)
    {
        lock (_lock)
        {
            return _owners.TryGetValue(owner, out Line? line)
                ? line.Behind(place)
                : new UnreadEvents(0, null, IsLowerBound: place.Number < _from);
        }
    }

    /// <summary>Owners that had an event at a time or since.</summary>
    public IReadOnlyList<string> Since(DateTimeOffset at)
    {
        lock (_lock)
        {
            return [.. _owners.Values.Where(line => line.LastAt >= at).Select(line => line.Owner)];
        }
    }

    private Line LineOf(string owner, long number)
    {
        if (_owners.TryGetValue(owner, out Line? known))
        {
            return known;
        }

        if (_owners.Count >= ownersMax)
        {
            Line idlest = _owners.Values.MinBy(line => line.LastAt)!;
            _owners.Remove(idlest.Owner);
            _from = number;
        }

        return _owners[owner] = new Line(owner, _from, marksMax);
    }

    /// <summary>Some documents of one owner.</summary>
    /// <param name="First">The first one's number.</param>
    /// <param name="Last">The last one's.</param>
    /// <param name="Count">How many of its events they have.</param>
    /// <param name="All">How many events they have, whosever.</param>
    /// <param name="At">When the first one was stored.</param>
    private readonly record struct Mark(long First, long Last, int Count, int All, DateTimeOffset At);

    /// <summary>One owner's documents.</summary>
    private sealed class Line(string owner, long from, int marksMax)
    {
        private readonly List<Mark> _marks = [];

        public string Owner => owner;

        public DateTimeOffset LastAt { get; private set; }

        public void Add(long number, int all, DateTimeOffset at)
        {
            LastAt = at;
            if (_marks.Count > 0 && _marks[^1].Last == number)
            {
                _marks[^1] = _marks[^1] with { Count = _marks[^1].Count + 1 };
                return;
            }

            if (_marks.Count == marksMax)
            {
                Merge();
            }

            _marks.Add(new Mark(number, number, 1, all, at));
        }

        public UnreadEvents Behind(FeedPlace place)
        {
            long events = 0;
            DateTimeOffset? since = null;
            for (int i = _marks.Count - 1; i >= 0 && _marks[i].Last >= place.Number; i--)
            {
                // Of the document that it is in the middle of, no more than there are left, whosever.
                Mark mark = _marks[i];
                int count = mark.First == place.Number ? Math.Min(mark.Count, Math.Max(0, mark.All - place.Offset)) : mark.Count;
                events += count;
                since = count > 0 ? mark.At : since;
            }

            return new UnreadEvents(events, since, IsLowerBound: place.Number < from);
        }

        /// <summary>Of the older half, two become one.</summary>
        private void Merge()
        {
            int half = marksMax / 2;
            for (int i = 0; i < half; i += 2)
            {
                (Mark one, Mark next) = (_marks[i], _marks[i + 1]);
                _marks[i / 2] = one with { Last = next.Last, Count = one.Count + next.Count, All = one.All + next.All };
            }

            _marks.RemoveRange(half / 2, half - (half / 2));
        }
    }
}

/// <summary>Events that somebody has not read.</summary>
/// <param name="Events">How many; far back it is an upper bound, by some of the documents around the place.</param>
/// <param name="Since">When the first of them was stored; null: there is none, or it is not known.</param>
/// <param name="IsLowerBound">There may be more, from before anything was counted.</param>
internal readonly record struct UnreadEvents(long Events, DateTimeOffset? Since, bool IsLowerBound);
