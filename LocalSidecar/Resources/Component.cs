using JobOrchestrator;
using LocalSidecar.Errors;

namespace LocalSidecar.Resources;

/// <summary>A component of a resources folder.</summary>
/// <param name="Name">As it stands in URLs.</param>
/// <param name="Type">One of <see cref="StateType"/>, <see cref="PubSubType"/>, <see cref="SecretsType"/>.</param>
/// <param name="Version">Such as <c>v1</c>.</param>
/// <param name="Metadata">Names regardless of case.</param>
/// <param name="Scopes">The apps that see it; empty for all.</param>
/// <param name="File">Where it stands.</param>
internal sealed record Component(
    string Name, string Type, string Version, IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<string> Scopes, string File)
{
    public const string StateType = "state.in-memory";
    public const string PubSubType = "pubsub.in-memory";
    public const string SecretsType = "secretstores.local.file";

    /// <summary>Metadata that is read, of each type.</summary>
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        [StateType] = ["keyPrefix", "transactions"],
        [PubSubType] = ["allowedTopics", "protectedTopics", "publishingScopes", "subscriptionScopes"],
        [SecretsType] = ["secretsFile", "nestedSeparator", "multiValued"],
    };

    /// <summary>Metadata that is not, each with what may have been meant; null: nothing is near.</summary>
    public IEnumerable<(string Name, string? Meant)> Unread =>
        from name in Metadata.Keys
        where !Known[Type].Contains(name, StringComparer.OrdinalIgnoreCase)
        select (name, NearestName.Of(name, Known[Type]));

    public bool IsFor(string app) => Scopes.Count == 0 || Scopes.Contains(app);

    /// <exception cref="StartException">Something is missing, or the type is not one that LocalSidecar has.</exception>
    public static Component Read(YamlMap document)
    {
        YamlMap metadata = document.Map("metadata") ?? throw document.Wrong("'metadata' is missing");
        YamlMap spec = document.Map("spec") ?? throw document.Wrong("'spec' is missing");
        string type = spec.Required("type");
        if (type is not (StateType or PubSubType or SecretsType))
        {
            throw spec.Wrong($"LocalSidecar has no component of type '{type}', only {StateType}, {PubSubType} and {SecretsType}; for "
                + "others run Dapr's own sidecar");
        }

        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (YamlMap item in spec.Maps("metadata"))
        {
            values[item.Required("name")] = Value(item);
        }

        string name = metadata.Required("name");
        if (type == PubSubType && name == "bulk")
        {
            throw metadata.Wrong("a pub/sub component cannot be named 'bulk': its publish route would be the bulk publish route");
        }

        return new Component(name, type, spec.Text("version") ?? "v1", values, document.Texts("scopes"), document.File);
    }

    private static string Value(YamlMap item)
    {
        if (item.Text("envRef") is { Length: > 0 } variable)
        {
            return variable == "APP_API_TOKEN" || variable.StartsWith("DAPR_", StringComparison.Ordinal)
                ? throw item.Wrong($"'envRef' may not name {variable}")
                : Environment.GetEnvironmentVariable(variable) ?? "";
        }

        return item.Map("secretKeyRef") is null
            ? item.Text("value") ?? ""
            : throw item.Wrong("'secretKeyRef' is not supported: the components that LocalSidecar has need no secrets");
    }
}
