namespace JobOrchestrator.Shards;

/// <summary>What is published in waves: one wave in any order, and none before the one in front of it is out.</summary>
internal static class EventWaves
{
    /// <summary>Puts each into the first wave behind what it may not overtake.</summary>
    /// <typeparam name="T">An event, or a message.</typeparam>
    /// <typeparam name="TLine">What has an order.</typeparam>
    /// <param name="items">In order.</param>
    /// <param name="lineOf">Those of the same may not overtake each other.</param>
    /// <param name="messageOf">Next to each other in their line they are one message where this is the same; null: never.</param>
    public static List<List<T>> Of<T, TLine>(IEnumerable<T> items, Func<T, TLine> lineOf, Func<T, string?> messageOf)
        where TLine : notnull
    {
        var waves = new List<List<T>>();
        var lastOf = new Dictionary<TLine, (int Wave, string? Message)>();
        foreach (T item in items)
        {
            TLine line = lineOf(item);
            string? message = messageOf(item);
            int wave = !lastOf.TryGetValue(line, out (int Wave, string? Message) last) ? 0
                : message is not null && message == last.Message ? last.Wave
                : last.Wave + 1;
            lastOf[line] = (wave, message);
            if (wave == waves.Count)
            {
                waves.Add([]);
            }

            waves[wave].Add(item);
        }

        return waves;
    }
}
