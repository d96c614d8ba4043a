using System.Runtime.InteropServices;

namespace JobOrchestrator.Shards;

/// <summary>
/// What happened in a shard on one day (UTC) by hours: in all, by queue, type and owner. This is what is kept in the store. Each name has
/// its hours one behind the other, as packed cells; an hour that was written in parts stands there in parts.
/// </summary>
internal sealed class HourDay(DateOnly date)
{
    private const int HoursMax = 24;

    // More whiles are not told apart: those with the least between them become one.
    private const int KnownMax = 64;

    // Of a name and what it is written with, beside its cells.
    private const int NameOverhead = 64;

    private readonly Dictionary<(HistoryBy By, string Name), ByteLine> _lines = [];
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _known = [];

    /// <summary>The day.</summary>
    public DateOnly Date => date;

    /// <summary>When it begins.</summary>
    public DateTimeOffset Begin { get; } = new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    /// <summary>Of which whiles of the day it says all that happened, in their order.</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Known => _known;

    /// <summary>How many bytes it takes, about.</summary>
    public long Bytes => _lines.Sum(line => (long)line.Value.Length + line.Key.Name.Length + NameOverhead);

    /// <summary>Every name and its hours, packed.</summary>
    public IEnumerable<(HistoryBy By, string Name, ReadOnlyMemory<byte> Hours)> Lines =>
        _lines.Select(line => (line.Key.By, line.Key.Name, line.Value.Written));

    /// <summary>The day that a time lies in.</summary>
    public static DateOnly DateOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    /// <summary>Whether anything is told of a name.</summary>
    public bool Has(HistoryBy by, string name) => _lines.ContainsKey((by, name));

    /// <summary>The names that something is told of.</summary>
    public IEnumerable<string> NamesOf(HistoryBy by) => _lines.Keys.Where(line => line.By == by).Select(line => line.Name);

    /// <summary>Something happened in an hour of the day; behind all of this name so far.</summary>
    public void Add(HistoryBy by, string name, DateTimeOffset hour, Cell cell)
    {
        ref ByteLine line = ref CollectionsMarshal.GetValueRefOrAddDefault(_lines, (by, name), out bool exists);
        if (!exists)
        {
            line = new ByteLine();
        }

        line.Write((long)(hour - Begin).TotalHours);
        PackedCell.Write(ref line, cell);
    }

    /// <summary>A name's hours as they were stored.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public void Load(HistoryBy by, string name, ReadOnlySpan<byte> hours)
    {
        try
        {
            Read(hours, (_, _) => { });
        }
        catch (InvalidDataException exception)
        {
            throw new FormatException("A row of hours is none.", exception);
        }

        var line = new ByteLine();
        line.Write(hours);
        _lines[(by, name)] = line;
    }

    /// <summary>It says all of a while, as far as that lies in the day.</summary>
    public void Know(DateTimeOffset from, DateTimeOffset to)
    {
        (from, to) = (from > Begin ? from : Begin, to < Begin.AddDays(1) ? to : Begin.AddDays(1));
        if (to <= from)
        {
            return;
        }

        if (_known.Count > 0 && _known[^1].To >= from)
        {
            _known[^1] = (_known[^1].From, to > _known[^1].To ? to : _known[^1].To);
        }
        else
        {
            _known.Add((from, to));
        }

        if (_known.Count > KnownMax)
        {
            int nearest = Enumerable.Range(0, KnownMax).MinBy(i => _known[i + 1].From - _known[i].To);
            _known[nearest] = (_known[nearest].From, _known[nearest + 1].To);
            _known.RemoveAt(nearest + 1);
        }
    }

    /// <summary>
    /// What is told of a name: the begin of each hour, or of a part of one, and what happened; the cell is not to be kept.
    /// </summary>
    public void Read(HistoryBy by, string name, Action<DateTimeOffset, Cell> tell)
    {
        if (_lines.TryGetValue((by, name), out ByteLine line))
        {
            Read(line.Written.Span, tell);
        }
    }

    /// <summary>
    /// Takes no more than so many bytes: parts of an hour become one, then the names with the fewest jobs become one, as many as need
    /// be.
    /// </summary>
    public void Shrink(long bytesMax)
    {
        if (Bytes <= bytesMax)
        {
            return;
        }

        foreach ((HistoryBy By, string Name) line in _lines.Keys.ToArray())
        {
            Write(line, HoursOf(line));
        }

        IEnumerable<(HistoryBy By, string Name)> named = _lines.Keys.Where(line => line.Name != NamedSeries.Other);
        (HistoryBy By, string Name)[] byJobs =
            [.. named.OrderBy(line => JobsOf(HoursOf(line))).ThenBy(line => line.Name, StringComparer.Ordinal)];
        foreach ((HistoryBy By, string Name) line in byJobs)
        {
            if (Bytes <= bytesMax)
            {
                break;
            }

            // How full a queue was is no count: of several together it is not told.
            SortedDictionary<long, Cell> others = HoursOf((line.By, NamedSeries.Other));
            foreach ((long hour, Cell cell) in HoursOf(line))
            {
                cell.Backlog = default;
                Into(others, hour).Add(cell);
            }

            _lines.Remove(line);
            Write((line.By, NamedSeries.Other), others);
        }
    }

    private static long JobsOf(SortedDictionary<long, Cell> hours) =>
        hours.Values.Sum(cell => cell.Jobs);

    private static Cell Into(SortedDictionary<long, Cell> hours, long hour) =>
        hours.TryGetValue(hour, out Cell? cell) ? cell : hours[hour] = new Cell();

    private SortedDictionary<long, Cell> HoursOf((HistoryBy By, string Name) line)
    {
        var hours = new SortedDictionary<long, Cell>();
        Read(line.By, line.Name, (begin, cell) => Into(hours, (long)(begin - Begin).TotalHours).Add(cell));
        return hours;
    }

    private void Write((HistoryBy By, string Name) line, SortedDictionary<long, Cell> hours)
    {
        _lines.Remove(line);
        foreach ((long hour, Cell cell) in hours)
        {
            Add(line.By, line.Name, Begin.AddHours(hour), cell);
        }
    }

    private void Read(ReadOnlySpan<byte> hours, Action<DateTimeOffset, Cell> tell)
    {
        var from = new ByteLineReader(hours);
        var cell = new Cell();
        while (!from.IsAtEnd)
        {
            long hour = from.Read();
            if (hour is < 0 or >= HoursMax)
            {
                throw new InvalidDataException("An hour is none of a day.");
            }

            cell.Clear();
            cell.Backlog = default;
            PackedCell.Read(ref from, cell);
            tell(Begin.AddHours(hour), cell);
        }
    }
}
