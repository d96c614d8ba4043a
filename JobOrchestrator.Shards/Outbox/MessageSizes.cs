namespace JobOrchestrator.Shards;

/// <summary>
/// How large a message of a topic may be: for a while no larger than what went, where a larger one failed of which all pieces went. It may
/// have been another fault. Thread-safe, for topics are published to side by side.
/// </summary>
/// <param name="bytesMax">Bytes of a message of any other topic.</param>
/// <param name="time">The clock.</param>
internal sealed class MessageSizes(int bytesMax, TimeProvider time)
{
    private const int TopicsMax = 1_000;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, (int Bytes, long At)> _went = []; // the largest; also the lock that guards both
    private readonly Dictionary<string, (int Bytes, long At)> _bounds = [];

    /// <summary>Bytes of one message at most.</summary>
    public int Of(string topic)
    {
        lock (_went)
        {
            return Math.Min(Latest(_bounds, topic) ?? bytesMax, bytesMax);
        }
    }

    /// <summary>The broker has taken a message of so many bytes.</summary>
    public void Went(string topic, int bytes)
    {
        lock (_went)
        {
            if (!(Latest(_went, topic) > bytes))
            {
                Note(_went, topic, bytes);
            }
        }
    }

    /// <summary>
    /// A message of so many bytes has failed, and all its pieces went. What is no larger than another that went had another fault.
    /// </summary>
    public void WentInPieces(string topic, int bytes)
    {
        lock (_went)
        {
            if (Latest(_went, topic) is { } went && went < bytes)
            {
                Note(_bounds, topic, went);
            }
        }
    }

    private int? Latest(Dictionary<string, (int Bytes, long At)> sizes, string topic) =>
        sizes.TryGetValue(topic, out (int Bytes, long At) noted) && time.GetElapsedTime(noted.At) < Kept ? noted.Bytes : null;

    private void Note(Dictionary<string, (int Bytes, long At)> sizes, string topic, int bytes)
    {
        // So many at once are owners' own; what is forgotten is found again.
        if (sizes.Count == TopicsMax && !sizes.ContainsKey(topic))
        {
            sizes.Clear();
        }

        sizes[topic] = (bytes, time.GetTimestamp());
    }
}
