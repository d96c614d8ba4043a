using LocalSidecar.Apps;
using LocalSidecar.CommandLine;
using LocalSidecar.Errors;
using LocalSidecar.Metadata;
using LocalSidecar.PubSub;
using LocalSidecar.Resources;
using LocalSidecar.Secrets;
using LocalSidecar.State;

namespace LocalSidecar.Api;

/// <summary>One app's sidecar: what every API that the app speaks to it is written over.</summary>
internal sealed class Sidecar
{
    /// <exception cref="StartException">A component cannot be used.</exception>
    public Sidecar(AppSettings settings, ResourceSet resources, Func<string, StateStore> stores, Tokens tokens, Bus bus)
    {
        IReadOnlyList<Component> components = resources.ComponentsFor(settings.AppId);
        Tokens = tokens;
        Secrets = new SecretStores(components);
        States = new StateStores(settings.AppId, components, stores);
        App = new App(settings, tokens.App);
        Topics = new AppTopics(App, bus, components, resources);
        Metadata = new SidecarMetadata(components, Topics);
    }

    public AppSettings Settings => App.Settings;

    public Tokens Tokens { get; }

    public App App { get; }

    public StateStores States { get; }

    public AppTopics Topics { get; }

    public SecretStores Secrets { get; }

    public SidecarMetadata Metadata { get; }
}
