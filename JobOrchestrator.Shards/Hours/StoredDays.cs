namespace JobOrchestrator.Shards;

/// <summary>Reads what is stored of what happened by hours.</summary>
/// <param name="shard">The shard.</param>
/// <param name="reads">The store.</param>
/// <param name="unreadable">Names the documents that cannot be read.</param>
internal sealed class StoredDays(int shard, SureReads reads, UnreadableDocuments unreadable)
{
    // With as many names as there may be an answer takes no more than 4 MB, which is what a sidecar takes by default.
    private const int InOneRead = 16;

    /// <summary>Those of the days that are stored and can be read.</summary>
    public async Task<IReadOnlyList<HourDay>> ReadAsync(IReadOnlyList<DateOnly> dates, CancellationToken cancellationToken)
    {
        var days = new List<HourDay>(dates.Count);
        foreach (DateOnly[] some in dates.Chunk(InOneRead))
        {
            string[] keys = [.. some.Select(date => Keys.History(shard, date))];
            IReadOnlyDictionary<string, StoredItem> found = await reads.ReadAsync(keys, cancellationToken);
            foreach ((DateOnly date, string key) in some.Zip(keys))
            {
                if (found.TryGetValue(key, out StoredItem item) && Read(date, key, item.Value) is { } day)
                {
                    days.Add(day);
                }
            }
        }

        return days;
    }

    private HourDay? Read(DateOnly date, string key, ReadOnlyMemory<byte> document)
    {
        try
        {
            HourDay day = UnreadableException.Read(key, document, HourDayJson.Parse);
            if (day.Date == date)
            {
                unreadable.Remove(key);
                return day;
            }

            unreadable.Add(key, "it is another day's.", isAside: false);
        }
        catch (UnreadableException exception)
        {
            unreadable.Add(key, exception.Reason, isAside: false);
        }

        return null;
    }
}
