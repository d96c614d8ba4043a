using System.Collections.Concurrent;
using LocalSidecar.Apps;
using LocalSidecar.CommandLine;
using LocalSidecar.PubSub;
using LocalSidecar.Resources;

namespace LocalSidecar.Metadata;

/// <summary>What a sidecar tells about itself.</summary>
internal sealed class SidecarMetadata
{
    /// <summary>What the runtime calls itself; the suffix tells it from daprd.</summary>
    public const string RuntimeVersion = "1.18.2-local";

    private static readonly string[] StateCapabilities = ["ETAG", "TRANSACTIONAL", "TTL", "DELETE_WITH_PREFIX", "KEYS_LIKE", "ACTOR"];
    private static readonly string[] PubSubCapabilities = ["SUBSCRIBE_WILDCARDS"];

    private readonly AppTopics _topics;
    private readonly ConcurrentDictionary<string, string> _extended = new(StringComparer.Ordinal);

    /// <param name="components">Those that the app sees.</param>
    /// <param name="topics">Know the app and what it subscribes to.</param>
    public SidecarMetadata(IReadOnlyList<Component> components, AppTopics topics)
    {
        Components = components;
        _topics = topics;
        _extended["daprRuntimeVersion"] = RuntimeVersion;
    }

    /// <summary>The app's id.</summary>
    public string Id => _topics.App.Id;

    public IReadOnlyList<Component> Components { get; }

    /// <summary>What the app subscribes to now; streams that are open last.</summary>
    public IReadOnlyList<SubscriptionDeclaration> Subscriptions => [.. _topics.Subscriptions, .. _topics.Streams.Open];

    public IReadOnlyList<Resiliency> Resiliencies => _topics.Resiliencies;

    /// <summary>How the app is reached; null for one that only calls.</summary>
    public AppConnection? Connection => _topics.App.Channel.Port is { } port
        ? new AppConnection(port, _topics.App.Settings.AppProtocol, _topics.App.Channel.Address, _topics.App.Settings.AppMaxConcurrency)
        {
            HealthCheck = AppHealthWatcher.IsFor(_topics.App) ? _topics.App.Settings.AppHealthCheck : null,
        }
        : null;

    /// <summary>What can be set by callers, as it is now.</summary>
    public IReadOnlyDictionary<string, string> Extended() => new Dictionary<string, string>(_extended);

    /// <summary>Sets a name to a text; it is forgotten when the sidecar stops.</summary>
    public void Set(string name, string value) => _extended[name] = value;

    /// <summary>What a component says that it can do, by its type.</summary>
    public static IReadOnlyList<string> CapabilitiesOf(Component component) => component.Type switch
    {
        Component.StateType => StateCapabilities,
        Component.PubSubType => PubSubCapabilities,
        _ => [],
    };
}

/// <summary>How an app is reached.</summary>
/// <param name="Port">Its port.</param>
/// <param name="Protocol">How it is called.</param>
/// <param name="Address">The host.</param>
/// <param name="MaxConcurrency">Calls at one time; null for no limit.</param>
internal sealed record AppConnection(int Port, AppProtocol Protocol, string Address, int? MaxConcurrency)
{
    /// <summary>How the app is asked whether it is well; null when it is not.</summary>
    public AppHealthCheck? HealthCheck { get; init; }
}
