namespace LocalSidecar.PubSub;

/// <summary>
/// What one app still has to be given from one topic, in order. It outlives the process: the log holds its number,
/// its names and how far it has got. All members are guarded by the log's gate, but for <see cref="WaitAsync"/>.
/// </summary>
internal sealed class SubscriptionQueue(int number, string app, string pubsub, string topic, long doneThrough)
{
    private TaskCompletionSource? _arrival;

    /// <summary>Never used twice.</summary>
    public int Number { get; } = number;

    public string App { get; } = app;

    public string PubSub { get; } = pubsub;

    /// <summary>The topic, or with a <c>*</c> at its end all topics that begin so.</summary>
    public string Topic { get; } = topic;

    /// <summary>Messages up to this one are dealt with.</summary>
    public long DoneThrough { get; set; } = doneThrough;

    /// <summary>When the app last asked for it: milliseconds since 1970 (UTC).</summary>
    public long ConfirmedAt { get; set; }

    /// <summary>Held while an instance of the app is given a message: of several only one at a time.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    public Queue<StoredMessage> Messages { get; private set; } = new();

    public bool Takes(string pubsub, string topic) =>
        pubsub == PubSub && (topic == Topic || (Topic.EndsWith('*') && topic.StartsWith(Topic[..^1], StringComparison.Ordinal)));

    public void Add(StoredMessage message)
    {
        Messages.Enqueue(message);
        _arrival?.TrySetResult();
        _arrival = null;
    }

    /// <summary>Puts messages that were read from the log out of order (a compaction moves old ones behind new ones) in order.</summary>
    public void Sort() => Messages = new Queue<StoredMessage>(Messages.OrderBy(static message => message.Id));

    /// <summary>Ends when a message comes that was not there yet.</summary>
    public Task WaitAsync()
    {
        _arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _arrival.Task;
    }
}
