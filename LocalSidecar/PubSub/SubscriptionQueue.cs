namespace LocalSidecar.PubSub;

/// <summary>
/// What one app still has to be given from one topic, in order. It outlives the process: the log holds its number,
/// its names and how far it has got. All members are guarded by the log's gate, but for <see cref="WaitAsync"/>.
/// </summary>
internal sealed class SubscriptionQueue(int number, string app, string pubsub, string topic, long doneThrough, bool isStream)
{
    // Of a queue that streams share: what one of them has been given, and what is dealt with before one in front of it.
    private readonly HashSet<long> _taken = [];
    private readonly HashSet<long> _finished = [];
    private TaskCompletionSource? _arrival;

    /// <summary>Never used twice.</summary>
    public int Number { get; } = number;

    public string App { get; } = app;

    public string PubSub { get; } = pubsub;

    /// <summary>The topic, or with a <c>*</c> at its end all topics that begin so.</summary>
    public string Topic { get; } = topic;

    /// <summary>The app takes it by streams, and the app's own word about its subscriptions does not touch it.</summary>
    public bool IsStream { get; } = isStream;

    /// <summary>Messages up to this one are dealt with.</summary>
    public long DoneThrough { get; set; } = doneThrough;

    /// <summary>When the app last asked for it, as far as it is written down: milliseconds since 1970 (UTC).</summary>
    public long ConfirmedAt { get; set; }

    /// <summary>When the app last asked this process for it, as a timestamp; null: only an earlier process was asked.</summary>
    public long? AskedAt { get; set; }

    /// <summary>Held while an instance of the app is given a message: of several only one at a time.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    public Queue<StoredMessage> Messages { get; private set; } = new();

    public bool Takes(string pubsub, string topic) =>
        pubsub == PubSub && (topic == Topic || (Topic.EndsWith('*') && topic.StartsWith(Topic[..^1], StringComparison.Ordinal)));

    public void Add(StoredMessage message)
    {
        Messages.Enqueue(message);
        Wake();
    }

    /// <summary>The first message that no stream has been given; null when there is none among those at the front.</summary>
    /// <param name="window">How far from the front to look.</param>
    public StoredMessage? Take(int window)
    {
        StoredMessage? message = Messages.Take(window).FirstOrDefault(one => !_finished.Contains(one.Id) && !_taken.Contains(one.Id));
        if (message is not null)
        {
            _taken.Add(message.Id);
        }

        return message;
    }

    /// <summary>A stream ended before it answered: what it had is there to be taken again.</summary>
    public void GiveBack(IReadOnlyList<StoredMessage> messages)
    {
        _taken.ExceptWith(messages.Select(static message => message.Id));
        Wake();
    }

    /// <summary>A message that was taken is dealt with.</summary>
    /// <returns>The last of those at the front that are all dealt with; null while the first is not.</returns>
    public long? Finish(StoredMessage message)
    {
        _taken.Remove(message.Id);
        _finished.Add(message.Id);
        long? through = null;
        foreach (StoredMessage one in Messages.TakeWhile(one => _finished.Remove(one.Id)))
        {
            through = one.Id;
        }

        Wake();
        return through;
    }

    /// <summary>Puts messages that were read from the log out of order (a compaction moves old ones behind new ones) in order.</summary>
    public void Sort() => Messages = new Queue<StoredMessage>(Messages.OrderBy(static message => message.Id));

    /// <summary>Ends when a message comes that was not there yet, or that can be taken again.</summary>
    public Task WaitAsync()
    {
        _arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _arrival.Task;
    }

    private void Wake()
    {
        _arrival?.TrySetResult();
        _arrival = null;
    }
}
