namespace JobOrchestrator.Shards;

/// <summary>A run of numbered documents, written by one epoch after the other, that shrinks from anywhere and grows at its end.</summary>
internal sealed class Spans(IEnumerable<Span> spans)
{
    private readonly List<Span> _spans = [.. spans];

    public IReadOnlyList<Span> ToList() => [.. _spans];

    /// <summary>The lowest number, or null.</summary>
    public long? First => _spans.Count > 0 ? _spans[0].From : null;

    /// <summary>The epoch that wrote a number, or null when it is not among them.</summary>
    public long? EpochOf(long number)
    {
        int low = 0, high = _spans.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            Span span = _spans[middle];
            if (number < span.From)
            {
                high = middle - 1;
            }
            else if (number >= span.To)
            {
                low = middle + 1;
            }
            else
            {
                return span.Epoch;
            }
        }

        return null;
    }

    /// <summary>The highest number, or null.</summary>
    public long? Last => _spans.Count > 0 ? _spans[^1].To - 1 : null;

    /// <summary>All numbers from one on, lowest first.</summary>
    public IEnumerable<long> NumbersUp(long from)
    {
        foreach (Span span in _spans)
        {
            for (long number = Math.Max(span.From, from); number < span.To; number++)
            {
                yield return number;
            }
        }
    }

    /// <summary>All numbers, lowest first.</summary>
    public IEnumerable<long> Numbers()
    {
        foreach (Span span in _spans)
        {
            for (long number = span.From; number < span.To; number++)
            {
                yield return number;
            }
        }
    }

    /// <summary>All numbers up to one, highest first.</summary>
    public IEnumerable<long> NumbersDown(long from)
    {
        for (int i = _spans.Count - 1; i >= 0; i--)
        {
            for (long number = Math.Min(_spans[i].To - 1, from); number >= _spans[i].From; number--)
            {
                yield return number;
            }
        }
    }

    /// <summary>Adds the next number at the end.</summary>
    public void Add(long epoch, long number)
    {
        if (_spans.Count > 0 && _spans[^1] is var last && last.Epoch == epoch && last.To == number)
        {
            _spans[^1] = last with { To = number + 1 };
        }
        else
        {
            _spans.Add(new Span(epoch, number, number + 1));
        }
    }

    /// <summary>Takes one number out, splitting its span when it is in the middle.</summary>
    public void Remove(long number)
    {
        int index = _spans.FindIndex(span => number >= span.From && number < span.To);
        if (index < 0)
        {
            return;
        }

        Span span = _spans[index];
        _spans.RemoveAt(index);
        if (number + 1 < span.To)
        {
            _spans.Insert(index, span with { From = number + 1 });
        }

        if (number > span.From)
        {
            _spans.Insert(index, span with { To = number });
        }
    }
}
