using LocalSidecar.Errors;

namespace LocalSidecar.Resources;

/// <summary>Everything that resources folders hold.</summary>
internal sealed class ResourceSet
{
    private readonly List<Component> _components = [];
    private readonly List<(SubscriptionDeclaration Subscription, IReadOnlyList<string> Scopes)> _subscriptions = [];
    private readonly List<Resiliency> _resiliencies = [];
    private readonly List<UnreadName> _unread = [];

    /// <summary>Reads the top-level YAML files of the folders, in order of name. Other kinds of documents are skipped.</summary>
    /// <exception cref="StartException">A folder is missing, or a file is not what it should be.</exception>
    public static ResourceSet Read(IReadOnlyList<string> folders)
    {
        var set = new ResourceSet();
        foreach (string folder in folders)
        {
            if (!Directory.Exists(folder))
            {
                throw new StartException($"The resources folder {folder} does not exist.");
            }

            foreach (string file in Directory.EnumerateFiles(folder)
                .Where(static file => Path.GetExtension(file) is ".yaml" or ".yml")
                .Order(StringComparer.Ordinal))
            {
                foreach (YamlMap document in YamlMap.ReadFile(file))
                {
                    set.Add(document);
                }
            }
        }

        return set;
    }

    /// <summary>All components, whoever sees them.</summary>
    public IReadOnlyList<Component> Components => _components;

    /// <summary>What the files say and nobody reads.</summary>
    public IReadOnlyList<UnreadName> Unread => _unread;

    /// <summary>What one app sees of it: secret stores first, as they load first.</summary>
    public IReadOnlyList<Component> ComponentsFor(string app)
    {
        var mine = _components.Where(component => component.IsFor(app)).ToList();
        foreach (IGrouping<string, Component> twice in mine.GroupBy(
            static component => component.Name).Where(static group => group.Count() > 1))
        {
            throw new StartException($"{twice.Last().File}: the component name '{twice.Key}' is taken already, by {twice.First().File}.");
        }

        return [.. mine.OrderBy(static component => component.Type != Component.SecretsType)];
    }

    public IReadOnlyList<SubscriptionDeclaration> SubscriptionsFor(string app) =>
        [.. _subscriptions.Where(
            entry => entry.Scopes.Count == 0 || entry.Scopes.Contains(app)).Select(static entry => entry.Subscription)];

    public IReadOnlyList<Resiliency> ResilienciesFor(string app) => [.. _resiliencies.Where(resiliency => resiliency.IsFor(app))];

    private void Add(YamlMap document)
    {
        _unread.AddRange(UnreadName.Of(document));
        switch (document.Text("kind"), document.Text("apiVersion"))
        {
            case ("Component", "dapr.io/v1alpha1"):
                _components.Add(Component.Read(document));
                break;
            case ("Subscription", "dapr.io/v1alpha1" or "dapr.io/v2alpha1"):
                (SubscriptionDeclaration? subscription, IReadOnlyList<string>? scopes) = SubscriptionDeclaration.Read(document);
                if (subscription is not null)
                {
                    _subscriptions.Add((subscription, scopes));
                }

                break;
            case ("Resiliency", "dapr.io/v1alpha1"):
                _resiliencies.Add(Resiliency.Read(document));
                break;
            case (var kind, _) when UnreadName.IsKind(kind):
                _unread.Add(UnreadName.OfVersion(document, "dapr.io/v1alpha1"));
                break;
        }
    }
}
