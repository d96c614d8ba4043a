using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What many stored jobs say in the same bytes, read once for all of them: a million jobs name a few queues. Thread-safe.
/// </summary>
internal sealed class SharedParts
{
    public SharedValues<string> Texts { get; } = new();

    public SharedValues<Backoff> Backoffs { get; } = new();
}

/// <summary>
/// Values by the JSON that they were read from, as many as there is room for: one that comes later takes another's place.
/// </summary>
/// <typeparam name="T">They are immutable.</typeparam>
internal sealed class SharedValues<T>
    where T : class
{
    private const int Places = 1_024;

    // Longer ones are names of one thing each, and not worth the room.
    private const int JsonBytesMax = 256;

    // Written whole, so that whoever reads meanwhile finds the one or the other.
    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The value; null: it is not here.</summary>
    public T? Find(ReadOnlySpan<byte> json) =>
        Volatile.Read(ref _entries[PlaceOf(json)]) is { } entry && json.SequenceEqual(entry.Json) ? entry.Value : null;

    /// <summary>Keeps a value.</summary>
    /// <returns>The value.</returns>
    public T Add(ReadOnlySpan<byte> json, T value)
    {
        if (json.Length <= JsonBytesMax)
        {
            Volatile.Write(ref _entries[PlaceOf(json)], new Entry(json.ToArray(), value));
        }

        return value;
    }

    /// <summary>FNV-1a: the same in every run.</summary>
    private static int PlaceOf(ReadOnlySpan<byte> json)
    {
        uint hash = 2_166_136_261;
        foreach (byte one in json[..Math.Min(json.Length, JsonBytesMax)])
        {
            hash = (hash ^ one) * 16_777_619;
        }

        return (int)((hash ^ (hash >> 16)) % Places);
    }

    private sealed record Entry(byte[] Json, T Value);
}
