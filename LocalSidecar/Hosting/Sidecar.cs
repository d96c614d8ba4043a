using System.Collections.Concurrent;
using System.Text;
using LocalSidecar.Apps;
using LocalSidecar.CommandLine;
using LocalSidecar.Errors;
using LocalSidecar.PubSub;
using LocalSidecar.Resources;
using LocalSidecar.State;

namespace LocalSidecar.Hosting;

/// <summary>One app's sidecar: its components, as that app sees them, and its way to the app.</summary>
internal sealed class Sidecar
{
    /// <summary>What metadata calls the runtime; the suffix tells it from daprd.</summary>
    public const string RuntimeVersion = "1.18.2-local";

    /// <exception cref="StartException">A component cannot be used.</exception>
    public Sidecar(AppSettings settings, ResourceSet resources, Func<string, StateStore> stores, Tokens tokens, Bus bus)
    {
        Settings = settings;
        Tokens = tokens;
        Bus = bus;
        Components = resources.ComponentsFor(settings.AppId);
        Declared = resources.SubscriptionsFor(settings.AppId);
        Resiliencies = resources.ResilienciesFor(settings.AppId);
        foreach (var component in Components)
        {
            switch (component.Type)
            {
                case Component.StateType:
                    States[component.Name] = new StateScope(stores(component.Name), Encoding.UTF8.GetBytes(Prefix(component)));
                    break;
                case Component.PubSubType:
                    PubSubs[component.Name] = new TopicScopes(component, settings.AppId);
                    break;
                default:
                    Secrets[component.Name] = SecretFile.Read(component);
                    break;
            }
        }

        Channel = new AppChannel(settings, tokens.App);
        Extended["daprRuntimeVersion"] = RuntimeVersion;
    }

    public AppSettings Settings { get; }

    public string AppId => Settings.AppId;

    public Tokens Tokens { get; }

    public Bus Bus { get; }

    public IReadOnlyList<Component> Components { get; }

    public IReadOnlyList<SubscriptionDeclaration> Declared { get; }

    public IReadOnlyList<Resiliency> Resiliencies { get; }

    public Dictionary<string, StateScope> States { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, TopicScopes> PubSubs { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SecretFile> Secrets { get; } = new(StringComparer.Ordinal);

    public AppChannel Channel { get; }

    /// <summary>What the app wants from topics, as last heard: declared ones first.</summary>
    public IReadOnlyList<SubscriptionDeclaration> Subscriptions { get; set; } = [];

    /// <summary>The app runs several times, each instance with a sidecar of its own; a message goes to one of them.</summary>
    public bool HasOtherInstances { get; set; }

    /// <summary>The app has been asked for its subscriptions, or there is no app to ask.</summary>
    public bool IsReady { get; set; }

    /// <summary>Metadata that callers put there.</summary>
    public ConcurrentDictionary<string, string> Extended { get; } = new(StringComparer.Ordinal);

    /// <summary>What holds for deliveries from a pub/sub component; the first resiliency document that says something wins.</summary>
    public DeliveryPolicy PolicyFor(string pubsub)
    {
        var policies = Resiliencies.Select(resiliency => resiliency.For(pubsub)).ToList();
        return new DeliveryPolicy(
            policies.Select(static policy => policy.Retry).FirstOrDefault(static retry => retry is not null),
            policies.Select(static policy => policy.Timeout).FirstOrDefault(static timeout => timeout is not null));
    }

    private string Prefix(Component component)
    {
        var strategy = component.Metadata.GetValueOrDefault("keyPrefix") ?? "";
        if (strategy.Contains("||", StringComparison.Ordinal))
        {
            throw new StartException($"{component.File}: component '{component.Name}': keyPrefix may not contain '||'.");
        }

        var space = Environment.GetEnvironmentVariable("NAMESPACE") ?? "";
        return strategy.ToUpperInvariant() switch
        {
            "NONE" => "",
            "NAME" => $"{component.Name}||",
            "NAMESPACE" when space.Length > 0 => $"{space}.{AppId}||",
            "" or "APPID" or "NAMESPACE" => $"{AppId}||",
            _ => $"{strategy}||",
        };
    }
}

/// <summary>The tokens that callers must show to the sidecar, and that the sidecar shows to apps; null for none.</summary>
internal sealed record Tokens(string? Api, string? App)
{
    /// <summary>As the environment has them; an empty one is none.</summary>
    public static Tokens FromEnvironment() => new(Read("DAPR_API_TOKEN"), Read("APP_API_TOKEN"));

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } token ? token : null;
}
