namespace JobOrchestrator.Shards;

/// <summary>An event on its way out, and the outbox document that holds it.</summary>
internal readonly record struct Outgoing(long Number, OutboxEvent Event)
{
    /// <summary>Roughly what it takes in memory.</summary>
    public long Bytes => Event.CloudEvent.Memory.Length + 128;
}

/// <summary>A topic's events, and what goes with them: those that are being sent, and those that wait for them.</summary>
/// <param name="topic">The topic.</param>
/// <param name="sent">What is being sent; at least one.</param>
internal sealed class TopicLane(string topic, IReadOnlyList<Outgoing> sent)
{
    // Of each topic that is being sent to, and each that was given up: the further events of its jobs go to others than its own.
    private readonly Dictionary<string, TopicTrouble> _troubles = [];

    private List<Outgoing> _waiting = [];

    public string Topic { get; } = topic;

    public IReadOnlyList<Outgoing> Sent { get; private set; } = sent;

    /// <summary>More waits than may.</summary>
    public bool IsTooLong { get; set; }

    /// <summary>How it stands with a topic that it sends to.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="now">A timestamp.</param>
    public TopicTrouble TroubleOf(string topic, long now)
    {
        if (!_troubles.TryGetValue(topic, out TopicTrouble? trouble))
        {
            _troubles.Add(topic, trouble = new TopicTrouble(now));
        }

        return trouble;
    }

    /// <summary>The broker has dealt with what was sent to a topic: it fails no more.</summary>
    public void Settle(string topic) => _troubles.Remove(topic);

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

/// <summary>A topic that may not take what a lane sends to it.</summary>
/// <param name="since">A timestamp: when that was sent.</param>
internal sealed class TopicTrouble(long since)
{
    /// <summary>When it was sent, or since then the broker last took a part of it: a timestamp.</summary>
    public long Since { get; private set; } = since;

    /// <summary>How often in a row the topic has failed where the broker took another one right after.</summary>
    public int FailuresBeside { get; set; }

    /// <summary>Something of it was set aside, for the topic is not waited for any more.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>The broker has taken all of a part: the topic is behind, and fails no more.</summary>
    /// <param name="now">A timestamp.</param>
    public void Taken(long now) => (Since, FailuresBeside) = (now, 0);
}
