namespace JobOrchestrator.Shards;

/// <summary>Smaller pieces of messages that are not taken together.</summary>
internal static class EventPieces
{
    /// <summary>Whether it is one event, packed or not: nothing is smaller.</summary>
    public static bool IsSingle(IReadOnlyList<OutboxEvent> messages) => messages.Count == 1 && messages[0].Packed.Count <= 1;

    /// <summary>Half of it each: of the messages, or of what is packed in the only one. What cannot be halved is the only piece.</summary>
    public static IReadOnlyList<IReadOnlyList<OutboxEvent>> Halves(IReadOnlyList<OutboxEvent> messages)
    {
        if (messages.Count == 0)
        {
            return [];
        }

        int half = messages.Count / 2;
        if (half > 0)
        {
            return [[.. messages.Take(half)], [.. messages.Skip(half)]];
        }

        IReadOnlyList<OutboxEvent> packed = messages[0].Packed;
        half = packed.Count / 2;
        return half > 0 ? [[EventPack.Of([.. packed.Take(half)])], [EventPack.Of([.. packed.Skip(half)])]] : [messages];
    }

    /// <summary>Each event as a message of its own, packed where it was.</summary>
    public static IEnumerable<OutboxEvent> Singles(IEnumerable<OutboxEvent> messages) =>
        messages.SelectMany(message => message.Packed.Count > 0 ? message.Packed.Select(item => EventPack.Of([item])) : [message]);

    /// <summary>The messages without the first so many events.</summary>
    public static List<OutboxEvent> Behind(IEnumerable<OutboxEvent> messages, int events)
    {
        var rest = new List<OutboxEvent>();
        foreach (OutboxEvent message in messages)
        {
            int length = Math.Max(message.Packed.Count, 1);
            if (events == 0)
            {
                rest.Add(message);
            }
            else if (events < length)
            {
                rest.Add(EventPack.Of([.. message.Packed.Skip(events)]));
            }

            events -= Math.Min(events, length);
        }

        return rest;
    }
}
