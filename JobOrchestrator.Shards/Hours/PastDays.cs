namespace JobOrchestrator.Shards;

/// <summary>
/// Days that are over, as they are stored: they change no more, so that what was read once is kept for whoever looks again, in bounded
/// memory. Thread-safe.
/// </summary>
/// <param name="days">Reads them.</param>
/// <param name="bytesMax">How many bytes are kept, about.</param>
internal sealed class PastDays(StoredDays days, long bytesMax)
{
    private readonly Lock _lock = new(); // guards everything
    private readonly Dictionary<DateOnly, HourDay?> _kept = [];
    private long _bytes;

    /// <summary>Those of the days that are stored; none where the store does not answer.</summary>
    public async Task<IReadOnlyCollection<HourDay>> OfAsync(IReadOnlyList<DateOnly> dates, CancellationToken cancellationToken)
    {
        var found = new List<HourDay>();
        DateOnly[] missing;
        lock (_lock)
        {
            missing = [.. dates.Where(date => !_kept.ContainsKey(date))];
            found.AddRange(dates.Select(date => _kept.GetValueOrDefault(date)).OfType<HourDay>());
        }

        if (missing.Length > 0)
        {
            IReadOnlyList<HourDay> read;
            try
            {
                read = await days.ReadAsync(missing, cancellationToken);
            }
            catch (CallException)
            {
                // What is known is told; the rest is not known at the moment.
                return found;
            }

            found.AddRange(read);
            Keep(missing, read.ToDictionary(day => day.Date));
        }

        return found;
    }

    private void Keep(DateOnly[] dates, Dictionary<DateOnly, HourDay> read)
    {
        lock (_lock)
        {
            foreach (DateOnly date in dates)
            {
                HourDay? day = read.GetValueOrDefault(date);
                if (_bytes + (day?.Bytes ?? 0) > bytesMax)
                {
                    _kept.Clear();
                    _bytes = 0;
                }

                if (_kept.TryAdd(date, day))
                {
                    _bytes += day?.Bytes ?? 0;
                }
            }
        }
    }
}
