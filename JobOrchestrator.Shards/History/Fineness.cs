namespace JobOrchestrator.Shards;

/// <summary>How finely a history is kept, and for how long.</summary>
/// <param name="Seconds">Seconds of a place.</param>
/// <param name="InAChunk">Places that are packed together.</param>
/// <param name="Chunks">How many of these are kept beside the one that is being filled.</param>
public sealed record Fineness(int Seconds, int InAChunk, int Chunks)
{
    /// <summary>An hour by seconds.</summary>
    public static readonly Fineness OfSeconds = new(1, 60, 60);

    /// <summary>A day by minutes.</summary>
    public static readonly Fineness OfMinutes = new(60, 60, 24);

    /// <summary>35 days by hours.</summary>
    public static readonly Fineness OfHours = new(3_600, 24, 35);

    /// <summary>For how long it is kept at least.</summary>
    public TimeSpan KeptFor => TimeSpan.FromSeconds((long)Seconds * InAChunk * Chunks);

    /// <summary>The place that a time lies in.</summary>
    public long PlaceOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / Seconds;

    /// <summary>When a place begins.</summary>
    public DateTimeOffset BeginOf(long place) => DateTimeOffset.FromUnixTimeSeconds(place * Seconds);

    /// <summary>When it ends.</summary>
    public DateTimeOffset EndOf(long place) => BeginOf(place + 1);

    /// <summary>The coarsest that answers by steps of so many seconds, where it is kept.</summary>
    public static Fineness For(int step) =>
        step % OfHours.Seconds == 0 ? OfHours : step % OfMinutes.Seconds == 0 ? OfMinutes : OfSeconds;
}
