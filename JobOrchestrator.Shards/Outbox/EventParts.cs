namespace JobOrchestrator.Shards;

/// <summary>Events, or messages, in parts of so many bytes.</summary>
internal static class EventParts
{
    /// <summary>Each as long as may be, or of one event.</summary>
    /// <param name="events">The events, in order.</param>
    /// <param name="bytesMax">Bytes of a part at most.</param>
    /// <param name="bytesBetween">And so many for each event.</param>
    public static List<List<OutboxEvent>> Of(IReadOnlyList<OutboxEvent> events, long bytesMax, int bytesBetween = 0)
    {
        var parts = new List<List<OutboxEvent>>();
        long bytes = 0;
        foreach (OutboxEvent item in events)
        {
            int length = item.CloudEvent.Memory.Length + bytesBetween;
            if (parts.Count == 0 || bytes + length > bytesMax)
            {
                parts.Add([]);
                bytes = 0;
            }

            parts[^1].Add(item);
            bytes += length;
        }

        return parts;
    }
}
