namespace JobOrchestrator.Shards.Tests;

/// <summary>A broker that writes down what it is given.</summary>
internal sealed class RecordingBus : IEventBus
{
    private readonly List<(string Topic, OutboxEvent Event)> _published = []; // also the lock that guards both
    private readonly List<(string Topic, long Bytes)> _tried = [];

    /// <summary>Decides what befalls a publish.</summary>
    public Func<Fault> Fault { get; set; } = () => Tests.Fault.None;

    /// <summary>The same of one topic's.</summary>
    public Func<string, Fault> TopicFault { get; set; } = _ => Tests.Fault.None;

    /// <summary>What a publish to a topic waits for first.</summary>
    public Func<string, Task> Waits { get; set; } = _ => Task.CompletedTask;

    /// <summary>What is refused for good, with all that is published together with it.</summary>
    public Func<string, OutboxEvent, bool> Refuses { get; set; } = (_, _) => false;

    /// <summary>What fails as if the broker were away, with all that is published together with it.</summary>
    public Func<string, OutboxEvent, bool> Breaks { get; set; } = (_, _) => false;

    /// <summary>Bytes that one publish may have.</summary>
    public long BytesMax { get; set; } = long.MaxValue;

    /// <summary>Bytes of one message beyond which a publish fails as if the broker were away.</summary>
    public long SilentBytesMax { get; set; } = long.MaxValue;

    public IReadOnlyList<(string Topic, OutboxEvent Event)> Published
    {
        get
        {
            lock (_published)
            {
                return [.. _published];
            }
        }
    }

    /// <summary>Each publish, whatever became of it.</summary>
    public IReadOnlyList<(string Topic, long Bytes)> Tried
    {
        get
        {
            lock (_published)
            {
                return [.. _tried];
            }
        }
    }

    public async Task<IReadOnlyList<OutboxEvent>> PublishAsync(
        string topic, IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
    {
        await Task.Yield();
        long bytes = events.Sum(item => (long)item.CloudEvent.Memory.Length);
        lock (_published)
        {
            _tried.Add((topic, bytes));
        }

        await Waits(topic);

        bool isTooLarge = bytes > BytesMax;
        if (isTooLarge || events.Any(item => Refuses(topic, item)))
        {
            throw new RefusedException("Never.") { IsTooLarge = isTooLarge };
        }

        if (events.Any(item => item.CloudEvent.Memory.Length > SilentBytesMax || Breaks(topic, item)))
        {
            throw new UnclearException("The sidecar said INTERNAL.");
        }

        Fault fault = TopicFault(topic) is var own and not Tests.Fault.None ? own : Fault();
        if (fault is Tests.Fault.None or Tests.Fault.AnswerLost)
        {
            lock (_published)
            {
                _published.AddRange(events.Select(item => (topic, item)));
            }
        }

        return fault switch
        {
            Tests.Fault.None => [],
            Tests.Fault.Unreachable => throw new NeverSentException("The connection was refused."),
            Tests.Fault.Refused => throw new RefusedException("The broker said no."),
            _ => throw new UnclearException("The broker did not answer."),
        };
    }
}
