using System.Text;
using LocalSidecar.Errors;
using LocalSidecar.Resources;

namespace LocalSidecar.State;

/// <summary>The state components that one app sees.</summary>
internal sealed class StateStores
{
    private readonly Dictionary<string, StateScope> _scopes = new(StringComparer.Ordinal);
    private readonly string _appId;

    /// <param name="appId">The app's id.</param>
    /// <param name="components">Those that the app sees; of other types than state too.</param>
    /// <param name="stores">The store behind a component's name.</param>
    /// <exception cref="StartException">A component's <c>keyPrefix</c> or <c>transactions</c> cannot be used.</exception>
    public StateStores(string appId, IReadOnlyList<Component> components, Func<string, StateStore> stores)
    {
        _appId = appId;
        foreach (Component component in components.Where(static component => component.Type == Component.StateType))
        {
            _scopes[component.Name] = new StateScope(
                stores(component.Name), Encoding.UTF8.GetBytes(Prefix(component)), TransactionsOf(component));
        }
    }

    /// <summary>The component of a name.</summary>
    /// <exception cref="FailureException">The app sees none of this name.</exception>
    public StateScope Find(string store) => _scopes.TryGetValue(store, out StateScope? scope)
        ? scope
        : throw new FailureException(
            _scopes.Count == 0 ? StateFailures.NotConfigured(store, _appId) : StateFailures.NotFound(store, _appId));

    private static StateRules TransactionsOf(Component component)
    {
        string said = component.Metadata.GetValueOrDefault("transactions") ?? "";
        return said.ToUpperInvariant() switch
        {
            "" or "ATOMIC" => StateRules.Atomic,
            "REDIS" => StateRules.AsRedis,
            _ => throw new StartException(
                $"{component.File}: component '{component.Name}': transactions may be atomic or redis, not '{said}'."),
        };
    }

    private string Prefix(Component component)
    {
        string strategy = component.Metadata.GetValueOrDefault("keyPrefix") ?? "";
        if (strategy.Contains("||", StringComparison.Ordinal))
        {
            throw new StartException($"{component.File}: component '{component.Name}': keyPrefix may not contain '||'.");
        }

        string prefix = Prefix(component, strategy);
        return !prefix.TrimEnd('|').Contains("||", StringComparison.Ordinal) && !prefix.EndsWith("|||", StringComparison.Ordinal)
            ? prefix
            : throw new StartException($"{component.File}: component '{component.Name}': '{prefix[..^2]}' stands in front of the keys of "
                + $"app '{_appId}', and may not contain '||' or end with '|': another app's keys could be the same.");
    }

    private string Prefix(Component component, string strategy)
    {
        string space = Environment.GetEnvironmentVariable("NAMESPACE") ?? "";
        return strategy.ToUpperInvariant() switch
        {
            "NONE" => "",
            "NAME" => $"{component.Name}||",
            "NAMESPACE" when space.Length > 0 => $"{space}.{_appId}||",
            "" or "APPID" or "NAMESPACE" => $"{_appId}||",
            _ => $"{strategy}||",
        };
    }
}
