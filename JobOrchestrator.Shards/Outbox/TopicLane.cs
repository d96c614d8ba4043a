namespace JobOrchestrator.Shards;

/// <summary>An event on its way out, and the outbox document that holds it.</summary>
internal readonly record struct Outgoing(long Number, OutboxEvent Event)
{
    /// <summary>Roughly what it takes in memory.</summary>
    public long Bytes => Event.CloudEvent.Memory.Length + 128;
}

/// <summary>A topic's events, and what goes with them: those that are being sent, and those that wait for them.</summary>
/// <param name="topic">The topic.</param>
/// <param name="since">The timestamp at which it was first sent.</param>
/// <param name="sent">What is being sent; at least one.</param>
internal sealed class TopicLane(string topic, long since, IReadOnlyList<Outgoing> sent)
{
    private List<Outgoing> _waiting = [];

    public string Topic { get; } = topic;

    /// <summary>When its first was sent, or since then the broker last took something of its topic: a timestamp.</summary>
    public long Since { get; private set; } = since;

    public IReadOnlyList<Outgoing> Sent { get; private set; } = sent;

    /// <summary>More waits than may.</summary>
    public bool IsTooLong { get; set; }

    /// <summary>How often in a row the topic has failed where the broker took another one right after.</summary>
    public int FailuresBeside { get; set; }

    /// <summary>The broker has taken all of a wave of its topic: it is behind, and fails no more.</summary>
    /// <param name="now">A timestamp.</param>
    public void Taken(long now) => (Since, FailuresBeside) = (now, 0);

    /// <summary>The outbox document of the oldest event.</summary>
    public long Oldest => Math.Min(Sent.Min(item => item.Number), _waiting.Count == 0 ? long.MaxValue : _waiting.Min(item => item.Number));

    public void Add(Outgoing item) => _waiting.Add(item);

    /// <summary>What waits is sent now; false: nothing waits.</summary>
    public bool SendNext()
    {
        if (_waiting.Count == 0)
        {
            return false;
        }

        Sent = _waiting;
        _waiting = [];
        return true;
    }
}
