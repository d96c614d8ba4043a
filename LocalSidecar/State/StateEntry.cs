namespace LocalSidecar.State;

/// <summary>What memory keeps of a stored value: where it stands in the log, its ETag, and when it expires.</summary>
/// <param name="Segment">The id of the segment, from 1: no reference, of which the garbage collector would follow a million.</param>
/// <param name="Offset">Where its bytes begin in the segment.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Etag">Changes with every write.</param>
/// <param name="ExpiresAt">Milliseconds since 1970 (UTC); 0 for never.</param>
/// <param name="IsRaw">The bytes come back as they are; else they are JSON, which comes back re-encoded.</param>
internal readonly record struct StateEntry(int Segment, int Offset, int Length, Guid Etag, long ExpiresAt, bool IsRaw)
{
    public bool IsExpired(long now) => ExpiresAt != 0 && now > ExpiresAt;
}

/// <summary>What a key will be once the writes under way are done.</summary>
internal sealed class PendingEntry
{
    public bool Exists { get; set; }

    public Guid Etag { get; set; }

    public long ExpiresAt { get; set; }

    /// <summary>How many writes of the key are under way.</summary>
    public int Writes { get; set; }
}
