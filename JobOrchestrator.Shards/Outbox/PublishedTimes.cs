namespace JobOrchestrator.Shards;

/// <summary>
/// When documents of an outbox were published, to a tenth of a second, in bounded memory: of the oldest it is forgotten. Stored nowhere,
/// for it would cost a write for each. Whoever has it guards it.
/// </summary>
/// <param name="from">Documents before this one were published before anyone looked.</param>
/// <param name="max">How many times are kept; those of seven minutes where the broker takes something all the time.</param>
internal sealed class PublishedTimes(long from, int max = 4_096)
{
    private static readonly TimeSpan Fineness = TimeSpan.FromMilliseconds(100);

    private readonly List<Mark> _marks = [];
    private long _from = from;

    /// <summary>Everything before a document is published by now.</summary>
    public void Note(long before, DateTimeOffset now)
    {
        if (_marks is [.., var last] && (now - last.Since).Duration() < Fineness)
        {
            _marks[^1] = new Mark(before, last.Since, now);
            return;
        }

        if (_marks.Count == max)
        {
            _from = _marks[(max / 4) - 1].Before;
            _marks.RemoveRange(0, max / 4);
        }

        _marks.Add(new Mark(before, now, now));
    }

    /// <summary>By when a document was published; null: it is not, or that is not known.</summary>
    public DateTimeOffset? Of(long number)
    {
        if (number < _from || _marks is not [.., var last] || number >= last.Before)
        {
            return null;
        }

        int low = 0, high = _marks.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _marks[middle].Before > number ? (low, middle) : (middle + 1, high);
        }

        return _marks[low].At;
    }

    private readonly record struct Mark(long Before, DateTimeOffset Since, DateTimeOffset At);
}
