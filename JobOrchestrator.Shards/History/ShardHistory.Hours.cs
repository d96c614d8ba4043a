namespace JobOrchestrator.Shards;

/// <summary>
/// What is kept for long: hours, of which each day is a document in the store. It is written with the first commit after each full hour
/// and when the shard is handed over, so that a process that dies takes an hour with it at most.
/// </summary>
internal sealed partial class ShardHistory
{
    // What the store does not take for longer is let go of.
    private const int DaysHeldMax = 3;

    // A store that takes no documents of so much less takes none.
    private const int HalvingsMax = 6;

    // Hours between two attempts at most, after as many refusals in a row.
    private const int PauseMax = 6;

    private readonly SortedDictionary<DateOnly, HourDay> _days = []; // today, the day before, and those that are not stored yet
    private readonly HashSet<DateOnly> _unsaved = [];
    private DateOnly? _foreign; // the store has something else under its name, which is left as it is
    private DateTimeOffset? _heldFrom; // from when on the days do not say yet that everything is known
    private long _placeTaken;
    private long _placeRefused = -1;
    private int _refusals; // in a row
    private int _halvings; // of what a day may take, for the store has refused more
    private DateOnly _halvedOn; // the day of the last halving, or of the last one that was taken back

    /// <summary>The shard is held from now on, and this is what is stored of the day and of the one before.</summary>
    /// <param name="days">Those that are stored.</param>
    /// <param name="isTodayForeign">Something is stored for today that is no such document.</param>
    /// <param name="now">The time.</param>
    public void BeginHours(IReadOnlyList<HourDay> days, bool isTodayForeign, DateTimeOffset now)
    {
        lock (_lock)
        {
            // What an earlier hold has seen was stored when it ended, or is lost: it is not counted twice.
            foreach ((_, _, Series series) in Everyone())
            {
                series.TakeHours(now, (_, _) => { });
            }

            _days.Clear();
            _unsaved.Clear();
            _foreign = isTodayForeign ? HourDay.DateOf(now) : null;
            foreach (HourDay day in days)
            {
                _days.Add(day.Date, day);
            }

            _heldFrom = now;
            _placeTaken = PlaceOf(now);
            _placeRefused = -1;
            _refusals = _halvings = 0;
        }
    }

    /// <summary>The shard is held here no more, and what is not stored is not stored any more.</summary>
    public void EndHours()
    {
        lock (_lock)
        {
            _heldFrom = null;
        }
    }

    /// <summary>Whether there are hours to be stored.</summary>
    public bool HasHours(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _heldFrom is not null && PlaceOf(now) > _placeRefused && (_unsaved.Count > 0 || PlaceOf(now) > _placeTaken);
        }
    }

    /// <summary>The days that are to be stored, as they are now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="bytesMax">How many bytes each may take, about: beyond, the names with the fewest jobs become one.</param>
    public IReadOnlyList<HourDay> TakeHours(DateTimeOffset now, long bytesMax)
    {
        lock (_lock)
        {
            if (_heldFrom is null)
            {
                return [];
            }

            Fold(now);
            TakeBackAHalving(HourDay.DateOf(now));
            foreach (DateOnly date in _unsaved)
            {
                _days[date].Shrink(bytesMax >> _halvings);
            }

            return [.. _unsaved.Order().Select(date => _days[date])];
        }
    }

    /// <summary>They are stored.</summary>
    public void SavedHours(IReadOnlyList<DateOnly> dates, DateTimeOffset now)
    {
        if (dates.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            _unsaved.ExceptWith(dates);
            _refusals = 0;
            DateOnly yesterday = HourDay.DateOf(now).AddDays(-1);
            foreach (DateOnly date in _days.Keys.Where(date => date < yesterday && !_unsaved.Contains(date)).ToArray())
            {
                _days.Remove(date);
            }
        }
    }

    /// <summary>
    /// The store does not take them: they are tried again with the next hour, and if it does not take them then either an hour later each
    /// time, for what goes with them is refused as well. They are offered in half the bytes if it must be their size.
    /// </summary>
    /// <param name="dates">Their days.</param>
    /// <param name="areAlone">No job went with them, which might have been what was refused.</param>
    /// <param name="now">The time.</param>
    public void RefusedHours(IReadOnlyList<DateOnly> dates, bool areAlone, DateTimeOffset now)
    {
        if (dates.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (areAlone || _refusals > 0)
            {
                _halvings = Math.Min(_halvings + 1, HalvingsMax);
                _halvedOn = HourDay.DateOf(now);
            }

            _refusals = Math.Min(_refusals + 1, PauseMax);
            _placeRefused = PlaceOf(now) + _refusals - 1;
        }
    }

    /// <summary>Which days are here, and need not be read from the store.</summary>
    public bool HasDay(DateOnly date)
    {
        lock (_lock)
        {
            return _days.ContainsKey(date);
        }
    }

    /// <summary>A store may take more than it did: each day tries the size before once more.</summary>
    private void TakeBackAHalving(DateOnly today)
    {
        if (_halvings > 0 && _refusals == 0 && today > _halvedOn)
        {
            _halvings--;
            _halvedOn = today;
        }
    }

    private HistoryAnswer ReadHours(HistoryAsk ask, IReadOnlyCollection<HourDay> stored, DateTimeOffset now)
    {
        DateOnly first = HourDay.DateOf(ask.From), last = HourDay.DateOf(ask.To);
        HourDay[] days = [.. stored.Where(day => !_days.ContainsKey(day.Date)).Concat(_days.Values)
            .Where(day => day.Date >= first && day.Date <= last)
            .OrderBy(day => day.Date)];
        List<(DateTimeOffset From, DateTimeOffset To)> known = [.. days.SelectMany(day => day.Known)];
        if (_heldFrom is { } held)
        {
            known.Add((held, DateTimeOffset.MaxValue));
        }

        var live = Everyone().Where(one => one.By == ask.By).ToDictionary(one => one.Name, one => one.Series);
        var steps = new Steps(ask, now);
        HistoryPart[] parts = [.. days.SelectMany(day => day.NamesOf(ask.By)).Concat(live.Keys).Distinct()
            .Where(name => ask.Names?.Contains(name) != false)
            .Select(name => new HistoryPart(
                name, steps.Read(known, tell => Tell(days, live.GetValueOrDefault(name), name, ask, now, tell))))
            .OrderByDescending(part => part.Steps.Sum(cell => cell?.Jobs ?? 0))
            .ThenBy(part => part.Name, StringComparer.Ordinal)
            .Take(ask.NamesMax)];
        return new HistoryAnswer(known.Count > 0 ? known.Min(span => span.From) : now, parts)
        {
            Known = known,
        };
    }

    private static BacklogFigures Tell(
        HourDay[] days, Series? live, string name, HistoryAsk ask, DateTimeOffset now, Action<DateTimeOffset, Cell> tell)
    {
        BacklogFigures before = default;
        foreach (HourDay day in days)
        {
            day.Read(ask.By, name, (hour, cell) =>
            {
                if (hour < ask.From)
                {
                    before.Add(cell.Backlog);
                    before.BeginAnew();
                }
                else
                {
                    tell(hour, cell);
                }
            });
        }

        BacklogFigures untold = live?.Read(Fineness.OfHours, ask.From, now, tell) ?? default;
        return before.IsKnown || days.Any(day => day.Has(ask.By, name)) ? before : untold;
    }

    /// <summary>What has happened since the last time goes into its days.</summary>
    private void Fold(DateTimeOffset now)
    {
        _placeTaken = PlaceOf(now);
        DateOnly today = HourDay.DateOf(now);
        DateTimeOffset hour = Fineness.OfHours.BeginOf(Fineness.OfHours.PlaceOf(now));
        foreach ((HistoryBy by, string name, Series series) in Everyone())
        {
            Fold(by, name, series, now);

            // Each day says for itself how full it was.
            if (series.Full(now) is { IsKnown: true } full && !DayOf(today).Has(by, name))
            {
                DayOf(today).Add(by, name, hour, new Cell { Backlog = full });
            }
        }

        DateOnly oldest = today.AddDays(-DaysHeldMax), from = HourDay.DateOf(_heldFrom!.Value);
        for (DateOnly date = from > oldest ? from : oldest; date <= today; date = date.AddDays(1))
        {
            DayOf(date).Know(_heldFrom.Value, now);
        }

        _heldFrom = now;
        foreach (DateOnly date in _days.Keys.Where(date => date < oldest).ToArray())
        {
            _days.Remove(date);
            _unsaved.Remove(date);
        }
    }

    private void Fold(HistoryBy by, string name, Series series, DateTimeOffset now) =>
        series.TakeHours(
            now, (hour, cell) => DayOf(HourDay.DateOf(hour)).Add(by, name, hour, cell));

    /// <summary>A day that something is about to be added to.</summary>
    private HourDay DayOf(DateOnly date)
    {
        if (date != _foreign)
        {
            _unsaved.Add(date);
        }

        return _days.TryGetValue(date, out HourDay? day) ? day : _days[date] = new HourDay(date);
    }

    private long PlaceOf(DateTimeOffset now) => now.UtcTicks / _storedEvery.Ticks;

    private IEnumerable<(HistoryBy By, string Name, Series Series)> Everyone() =>
    [
        .. _all is null ? [] : new[] { (HistoryBy.All, NamedSeries.Other, _all) },
        .. _queues.All.Select(one => (HistoryBy.Queue, one.Key, one.Value)),
        .. _types.All.Select(one => (HistoryBy.Type, one.Key, one.Value)),
        .. _owners.All.Select(one => (HistoryBy.Owner, one.Key, one.Value)),
    ];
}
