using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dapr.AppCallback.Autogen.Grpc.v1;
using LocalSidecar.Errors;
using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>
/// One stream by which an app takes messages of one topic. Several go out before the first is answered; streams of one
/// app on one topic share its queue, and what one leaves unanswered goes to the next.
/// </summary>
internal sealed partial class EventStream : IReceiver
{
    // As many as Redis' workers take at one time: an app that is slow with one still gets others, and a second stream its share.
    private const int UnansweredMax = 10;

    // Well within the week after which a queue that nobody asks for is given up. Should it be given up all the same, the stream ends.
    private static readonly TimeSpan ConfirmInterval = TimeSpan.FromHours(1);

    private readonly AppTopics _topics;
    private readonly SubscriptionDeclaration _subscription;
    private readonly SubscriptionQueue _queue;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Handover _handover;
    private readonly Lock _gate = new(); // guards the collections and _hasEnded

    // What is to be sent, at most one try of each message that is not dealt with; and the word that there is more of it.
    private readonly LinkedList<(TopicEventRequest Request, TaskCompletionSource<Delivered> Answer)> _unsent = [];
    private readonly Channel<bool> _more = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, List<TaskCompletionSource<Delivered>>> _unanswered = new(StringComparer.Ordinal);
    private readonly List<StoredMessage> _left = [];
    private bool _hasEnded;

    private EventStream(AppTopics topics, SubscriptionDeclaration subscription, SubscriptionQueue queue, TimeProvider time, ILogger logger)
    {
        _topics = topics;
        _subscription = subscription;
        _queue = queue;
        _time = time;
        _logger = logger;
        _handover = new Handover(topics, subscription, this, time, logger);
    }

    public bool HasOthers => true;

    /// <summary>What is to be sent, in this order, until the stream is over; without what was given up before.</summary>
    public async IAsyncEnumerable<TopicEventRequest> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _more.Reader.WaitToReadAsync(cancellationToken))
        {
            _more.Reader.TryRead(out _);
            while (NextUnsent() is { } request)
            {
                yield return request;
            }
        }
    }

    /// <summary>Makes the subscription, which then stands.</summary>
    /// <exception cref="FailureException">The app sees no such component, or may not subscribe to the topic.</exception>
    /// <exception cref="IOException">The log cannot take a new subscription.</exception>
    public static async Task<EventStream> OpenAsync(
        AppTopics topics,
        string pubsub,
        string topic,
        string deadLetterTopic,
        IReadOnlyDictionary<string, string> metadata,
        TimeProvider time,
        ILogger logger)
    {
        if (!topics.PubSubs.TryGetValue(pubsub, out TopicScopes? scopes))
        {
            throw new FailureException(PubSubFailures.NotFound(pubsub, new Dictionary<string, string>()));
        }

        if (!scopes.MaySubscribe(topic))
        {
            throw new FailureException(PubSubFailures.Forbidden(pubsub, topic, topics.App.Id));
        }

        var subscription = new SubscriptionDeclaration(
            pubsub,
            topic,
            [new Rule("", "/")],
            deadLetterTopic,
            new SortedDictionary<string, string>(metadata.ToDictionary(), StringComparer.Ordinal),
            BulkSubscribe.Off,
            SubscriptionKind.Streaming);
        SubscriptionQueue queue = await topics.Bus.SubscribeAsync(topics.App.Id, pubsub, topic, isStream: true);
        return new EventStream(topics, subscription, queue, time, logger);
    }

    /// <summary>
    /// Takes messages until the token, or the end of its subscription, ends it. When the task is over, what was not answered waits for
    /// another stream.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(UnansweredMax);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _topics.Streams.Add(_subscription);
        Task confirming = ConfirmAsync(over);
        try
        {
            while (true)
            {
                await places.WaitAsync(over.Token);
                _ = SettleAsync(await TakeAsync(places, over.Token), places, over.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The stream is over.
        }
        finally
        {
            End();
            for (int i = 0; i < UnansweredMax; i++)
            {
                await places.WaitAsync(CancellationToken.None);
            }

            // All at one time: another stream takes them in their order.
            _topics.Bus.GiveBack(_queue, _left);
            await confirming;
            _topics.Streams.Remove(_subscription);
        }
    }

    /// <summary>Takes an answer. An id that is unknown, or was answered before, changes nothing.</summary>
    public void Answer(string id, TopicEventResponse.Types.TopicEventResponseStatus status)
    {
        TaskCompletionSource<Delivered>? first;
        lock (_gate)
        {
            // Events may have one id, for publishers choose it: the answer is about the one that was sent first.
            first = _unanswered.GetValueOrDefault(id)?[0];
            if (first is not null)
            {
                Forget(id, first);
            }
        }

        first?.TrySetResult(GrpcStatus.Read(status));
    }

    /// <inheritdoc/>
    public async Task<Delivered> SendAsync(Message message, string path, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        TopicEventRequest request;
        try
        {
            request = GrpcEvent.Read(message, _subscription.IsRaw, isInBatch: false).ToRequest(message, _subscription, path);
        }
        catch (FormatException problem)
        {
            return new Delivered(DeliveryOutcome.Dropped, $"nothing, for it cannot be given the message: {problem.Message}");
        }

        var answer = new TaskCompletionSource<Delivered>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_hasEnded)
            {
                return Delivered.Unanswered;
            }

            if (!_unanswered.TryGetValue(request.Id, out List<TaskCompletionSource<Delivered>>? same))
            {
                _unanswered[request.Id] = same = [];
            }

            same.Add(answer);
            _unsent.AddLast((request, answer));
            _more.Writer.TryWrite(true);
        }

        if (timeout is not { } limit)
        {
            return await answer.Task;
        }

        using var expired = new CancellationTokenSource(limit, _time);
        await using CancellationTokenRegistration late = expired.Token.Register(() =>
        {
            lock (_gate)
            {
                // A stream that is not read would otherwise get every try of every message, one behind the other.
                _unsent.Remove((request, answer));
                Forget(request.Id, answer);
            }

            answer.TrySetResult(new Delivered(DeliveryOutcome.Failed, "nothing"));
        });
        return await answer.Task;
    }

    /// <inheritdoc/>
    public Task<Delivered[]> SendBatchAsync(
        IReadOnlyList<Message> messages, string path, TimeSpan? timeout, CancellationToken cancellationToken) =>
        Task.WhenAll(messages.Select(message => SendAsync(message, path, timeout, cancellationToken)));

    private async Task<StoredMessage> TakeAsync(SemaphoreSlim places, CancellationToken cancellationToken)
    {
        try
        {
            return await _topics.Bus.TakeAsync(_queue, cancellationToken);
        }
        catch
        {
            places.Release();
            throw;
        }
    }

    private async Task SettleAsync(StoredMessage stored, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        bool isDealtWith = false;
        try
        {
            isDealtWith = await DeliverAsync(stored, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The stream ended while the message waited for another try.
        }
        finally
        {
            if (isDealtWith)
            {
                _topics.Bus.Finish(_queue, stored);
            }
            else
            {
                lock (_gate)
                {
                    _left.Add(stored);
                }
            }

            places.Release();
        }
    }

    private async Task<bool> DeliverAsync(StoredMessage stored, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await _handover.DeliverAsync(_topics.Bus.Read(stored), cancellationToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                // The log could not take a dead letter, say: the message stays where it is until it can.
                LogPaused(_logger, _topics.App.Id, _subscription.Topic, problem);
                await Task.Delay(RetryPolicy.Default.Max, _time, cancellationToken);
            }
        }
    }

    private async Task ConfirmAsync(CancellationTokenSource over)
    {
        try
        {
            do
            {
                await Task.Delay(ConfirmInterval, _time, over.Token);
            }
            while (await _topics.Bus.SubscribeAsync(_topics.App.Id, _subscription.PubSub, _subscription.Topic, isStream: true) == _queue);
        }
        catch (OperationCanceledException)
        {
            // The stream is over.
        }
        catch (IOException)
        {
            // Only a queue that is not there any more is written anew.
        }

        // Messages wait for the next stream now, and this one would get none.
        await over.CancelAsync();
    }

    /// <summary>Whoever waits for an answer learns that none will come; answers that came before count.</summary>
    private void End()
    {
        List<TaskCompletionSource<Delivered>> waiting;
        lock (_gate)
        {
            _hasEnded = true;
            waiting = [.. _unanswered.Values.SelectMany(static same => same)];
            _unanswered.Clear();
            _unsent.Clear();
            _more.Writer.TryComplete();
        }

        foreach (TaskCompletionSource<Delivered> answer in waiting)
        {
            answer.TrySetResult(Delivered.Unanswered);
        }
    }

    private TopicEventRequest? NextUnsent()
    {
        lock (_gate)
        {
            if (_unsent.First is not { Value.Request: var request })
            {
                return null;
            }

            _unsent.RemoveFirst();
            return request;
        }
    }

    // The gate is held.
    private void Forget(string id, TaskCompletionSource<Delivered> answer)
    {
        if (_unanswered.TryGetValue(id, out List<TaskCompletionSource<Delivered>>? same) && same.Remove(answer) && same.Count == 0)
        {
            _unanswered.Remove(id);
        }
    }

    [LoggerMessage(46, LogLevel.Warning, "{App}: a message of topic '{Topic}' waits, for it cannot be dealt with")]
    private static partial void LogPaused(ILogger logger, string app, string topic, Exception problem);
}
