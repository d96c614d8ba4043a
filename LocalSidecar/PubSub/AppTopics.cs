using LocalSidecar.Apps;
using LocalSidecar.Errors;
using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>The topics as one app sees them: its pub/sub components, what it may do there, what it wants from them.</summary>
internal sealed class AppTopics
{
    private readonly Dictionary<string, TopicScopes> _pubsubs = new(StringComparer.Ordinal);

    /// <param name="app">The app.</param>
    /// <param name="bus">What is published goes there, and comes from there.</param>
    /// <param name="components">Those that the app sees; of other types than pub/sub too.</param>
    /// <param name="resources">Have its declared subscriptions and the resiliency that holds for it.</param>
    public AppTopics(App app, Bus bus, IReadOnlyList<Component> components, ResourceSet resources)
    {
        App = app;
        Bus = bus;
        Declared = resources.SubscriptionsFor(app.Id);
        Resiliencies = resources.ResilienciesFor(app.Id);
        foreach (Component component in components.Where(static component => component.Type == Component.PubSubType))
        {
            _pubsubs[component.Name] = new TopicScopes(component, app.Id);
        }

        Subscriptions =
        [
            .. Declared.Where(
                one => _pubsubs.TryGetValue(one.PubSub, out TopicScopes? scopes) && scopes.MaySubscribe(one.Topic)),
        ];
    }

    public App App { get; }

    public Bus Bus { get; }

    /// <summary>What each pub/sub component lets the app do, by the component's name.</summary>
    public IReadOnlyDictionary<string, TopicScopes> PubSubs => _pubsubs;

    /// <summary>Subscriptions that files ask for.</summary>
    public IReadOnlyList<SubscriptionDeclaration> Declared { get; }

    public IReadOnlyList<Resiliency> Resiliencies { get; }

    /// <summary>What the app wants from topics, as last heard: declared ones first. Before it has said anything, only those.</summary>
    public IReadOnlyList<SubscriptionDeclaration> Subscriptions { get; set; }

    /// <summary>What the app takes by streams now.</summary>
    public OpenStreams Streams { get; } = new();

    /// <summary>Begins to publish into a topic.</summary>
    /// <param name="pubsub">The component's name.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="metadata">The request's.</param>
    /// <param name="trace">The request's.</param>
    /// <exception cref="FailureException">The app sees no such component, or may not publish to the topic.</exception>
    public Publication Publication(string pubsub, string topic, IReadOnlyDictionary<string, string> metadata, PublisherTrace trace)
    {
        if (!_pubsubs.TryGetValue(pubsub, out TopicScopes? scopes))
        {
            throw new FailureException(PubSubFailures.NotFound(pubsub, metadata));
        }

        return scopes.MayPublish(topic)
            ? new Publication(this, pubsub, topic, metadata, trace)
            : throw new FailureException(PubSubFailures.Forbidden(pubsub, topic, App.Id));
    }

    /// <summary>What holds for deliveries from a pub/sub component; the first resiliency document that says something wins.</summary>
    public DeliveryPolicy PolicyFor(string pubsub)
    {
        List<DeliveryPolicy> policies = [.. Resiliencies.Select(resiliency => resiliency.For(pubsub))];
        return new DeliveryPolicy(
            policies.Select(static policy => policy.Retry).FirstOrDefault(static retry => retry is not null),
            policies.Select(static policy => policy.Timeout).FirstOrDefault(static timeout => timeout is not null));
    }
}
