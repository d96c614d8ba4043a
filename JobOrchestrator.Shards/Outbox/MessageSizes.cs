namespace JobOrchestrator.Shards;

/// <summary>
/// How large a message of a topic may be: smaller for a while where a larger one failed and pieces of it went. It may have been another
/// fault. Thread-safe, for topics are published to side by side.
/// </summary>
/// <param name="bytesMax">Bytes of a message of any other topic.</param>
/// <param name="time">The clock.</param>
internal sealed class MessageSizes(int bytesMax, TimeProvider time)
{
    private const int TopicsMax = 1_000;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, (int Bytes, long At)> _went = []; // also its own lock

    /// <summary>Bytes of one message at most.</summary>
    public int Of(string topic)
    {
        lock (_went)
        {
            return _went.TryGetValue(topic, out (int Bytes, long At) noted) && time.GetElapsedTime(noted.At) < Kept
                ? Math.Min(noted.Bytes, bytesMax)
                : bytesMax;
        }
    }

    /// <summary>So much of a message went that did not go whole.</summary>
    public void Note(string topic, int bytes)
    {
        lock (_went)
        {
            // So many at once are owners' own; what is forgotten is found again.
            if (_went.Count == TopicsMax && !_went.ContainsKey(topic))
            {
                _went.Clear();
            }

            _went[topic] = (bytes, time.GetTimestamp());
        }
    }
}
