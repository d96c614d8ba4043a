using LocalSidecar.Log;

namespace LocalSidecar.PubSub;

/// <summary>What memory keeps of a message that someone still waits for.</summary>
internal sealed class StoredMessage(long id, Place place)
{
    /// <summary>Messages are numbered in the order in which they were accepted.</summary>
    public long Id { get; } = id;

    public Place Place { get; set; } = place;

    /// <summary>Subscriptions that have not dealt with it.</summary>
    public int Waiting { get; set; }
}
