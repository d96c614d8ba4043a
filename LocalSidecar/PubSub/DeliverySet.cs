using LocalSidecar.Apps;
using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>The running deliveries of one app: one for each of its subscriptions.</summary>
internal sealed partial class DeliverySet(AppTopics topics, TimeProvider time, ILoggerFactory loggers)
    : IAppSubscriptions, IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("LocalSidecar.PubSub");
    private readonly Dictionary<(string PubSub, string Topic), Running> _running = [];

    bool IAppSubscriptions.AreImpossible => topics.PubSubs.Count == 0;

    int IAppSubscriptions.Count => topics.Subscriptions.Count;

    /// <inheritdoc/>
    public async Task UseAsync(IReadOnlyList<SubscriptionDeclaration>? programmatic)
    {
        bool isAnswer = programmatic is not null;
        programmatic ??= [.. topics.Subscriptions.Where(static subscription => subscription.Kind != SubscriptionKind.Declarative)];
        var wanted = new Dictionary<(string, string), SubscriptionDeclaration>();
        foreach (SubscriptionDeclaration subscription in topics.Declared.Where(
            declared => !programmatic.Any(other => other.PubSub == declared.PubSub && other.Topic == declared.Topic)).Concat(programmatic))
        {
            if (!topics.PubSubs.TryGetValue(subscription.PubSub, out TopicScopes? scopes))
            {
                LogUnknownPubSub(_logger, topics.App.Id, subscription.PubSub, subscription.Topic);
            }
            else if (!scopes.MaySubscribe(subscription.Topic))
            {
                LogForbidden(_logger, topics.App.Id, subscription.PubSub, subscription.Topic);
            }
            else
            {
                wanted.TryAdd((subscription.PubSub, subscription.Topic), subscription);
            }
        }

        foreach (((string PubSub, string Topic) key, Running running) in _running.Where(
            pair => !wanted.TryGetValue(pair.Key, out SubscriptionDeclaration? same) || !same.IsSameAs(pair.Value.Subscription)).ToList())
        {
            _running.Remove(key);
            await running.DisposeAsync();
        }

        foreach (((string, string) key, SubscriptionDeclaration subscription) in wanted)
        {
            SubscriptionQueue queue = await topics.Bus.SubscribeAsync(topics.App.Id, subscription.PubSub, subscription.Topic);
            if (_running.TryGetValue(key, out Running? running))
            {
                if (running.Queue == queue)
                {
                    continue;
                }

                // Another instance of the app has given the topic up meanwhile, and with it the queue of before.
                await running.DisposeAsync();
            }

            var delivery = new Delivery(topics, subscription, queue, Receiver(subscription), time, _logger);
            _running[key] = new Running(subscription, queue, delivery).Start();
        }

        topics.Subscriptions = [.. wanted.Values];
        if (isAnswer)
        {
            await ForgetOthersAsync();
        }
    }

    private IReceiver Receiver(SubscriptionDeclaration subscription) => topics.App.Channel.Grpc is { } grpc
        ? new GrpcReceiver(topics, grpc, subscription, _logger)
        : new HttpReceiver(topics, subscription, _logger);

    // What the app used to subscribe to and, by its own word, no longer does.
    private async Task ForgetOthersAsync()
    {
        foreach (SubscriptionQueue queue in topics.Bus.QueuesOf(topics.App.Id)
            .Where(queue => !queue.IsStream && !_running.ContainsKey((queue.PubSub, queue.Topic))))
        {
            int waiting = await topics.Bus.UnsubscribeAsync(queue);
            LogUnsubscribed(_logger, topics.App.Id, queue.Topic, waiting);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Running running in _running.Values)
        {
            await running.DisposeAsync();
        }

        _running.Clear();
    }

    [LoggerMessage(30, LogLevel.Error, "{App}: there is no pub/sub component '{PubSub}' for its subscription to '{Topic}'")]
    private static partial void LogUnknownPubSub(ILogger logger, string app, string pubsub, string topic);

    [LoggerMessage(32, LogLevel.Error, "{App}: the scopes of '{PubSub}' do not let it subscribe to '{Topic}'")]
    private static partial void LogForbidden(ILogger logger, string app, string pubsub, string topic);

    [LoggerMessage(
        31, LogLevel.Information, "{App}: no longer subscribes to '{Topic}'; {Waiting} messages that waited for it are dropped")]
    private static partial void LogUnsubscribed(ILogger logger, string app, string topic, int waiting);

    private sealed class Running(SubscriptionDeclaration subscription, SubscriptionQueue queue, Delivery delivery) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private Task? _task;

        public SubscriptionDeclaration Subscription { get; } = subscription;

        public SubscriptionQueue Queue { get; } = queue;

        public Running Start()
        {
            _task = Task.Run(() => delivery.RunAsync(_stopping.Token));
            return this;
        }

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            if (_task is not null)
            {
                await _task;
            }

            _stopping.Dispose();
        }
    }
}
