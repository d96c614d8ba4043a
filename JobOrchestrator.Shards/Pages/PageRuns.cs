namespace JobOrchestrator.Shards;

/// <summary>
/// A set of page numbers, kept as runs without a gap, found in logarithmic time: few, however many pages there are, unless old jobs wait
/// in scattered ones. Then a head has as many to say.
/// </summary>
internal sealed class PageRuns
{
    private readonly List<(long First, long Last)> _runs;

    public PageRuns() => _runs = [];

    private PageRuns(List<(long First, long Last)> runs) => _runs = runs;

    /// <summary>A set of its own with the same numbers.</summary>
    public PageRuns Copy() => new([.. _runs]);

    public void Add(long page)
    {
        int at = RunBehind(page);
        bool isAfter = at > 0 && _runs[at - 1].Last >= page - 1;
        bool isBefore = at < _runs.Count && _runs[at].First == page + 1;
        if (isAfter && _runs[at - 1].Last >= page)
        {
            return;
        }

        if (isAfter && isBefore)
        {
            _runs[at - 1] = (_runs[at - 1].First, _runs[at].Last);
            _runs.RemoveAt(at);
        }
        else if (isAfter)
        {
            _runs[at - 1] = (_runs[at - 1].First, page);
        }
        else if (isBefore)
        {
            _runs[at] = (page, _runs[at].Last);
        }
        else
        {
            _runs.Insert(at, (page, page));
        }
    }

    public void Remove(long page)
    {
        int at = RunBehind(page) - 1;
        if (at < 0 || _runs[at].Last < page)
        {
            return;
        }

        (long first, long last) = _runs[at];
        _runs.RemoveAt(at);
        if (page < last)
        {
            _runs.Insert(at, (page + 1, last));
        }

        if (first < page)
        {
            _runs.Insert(at, (first, page - 1));
        }
    }

    /// <summary>As a head says it: [first, last, first, last …].</summary>
    public IReadOnlyList<long> ToRanges()
    {
        long[] ranges = new long[_runs.Count * 2];
        for (int i = 0; i < _runs.Count; i++)
        {
            (ranges[2 * i], ranges[(2 * i) + 1]) = _runs[i];
        }

        return ranges;
    }

    /// <summary>The place of the first run that begins behind a number.</summary>
    private int RunBehind(long page)
    {
        int low = 0, high = _runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _runs[middle].First <= page ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
