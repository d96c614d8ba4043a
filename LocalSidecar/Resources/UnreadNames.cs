using JobOrchestrator;

namespace LocalSidecar.Resources;

/// <summary>A name in a resource file that neither LocalSidecar nor Dapr reads there.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="Line">Its line.</param>
/// <param name="Path">All names that lead to it, with dots.</param>
/// <param name="Meant">What may have been meant; null: nothing is near.</param>
internal sealed record UnreadName(string File, long Line, string Path, string? Meant)
{
    private const string AnyName = "*";

    private static readonly Names Text = [];
    private static readonly Names Texts = new() { [AnyName] = null };

    private static readonly Names Policies = new() { ["timeout"] = Text, ["retry"] = Text, ["circuitBreaker"] = Text };

    /// <summary>By kind. What stands below Kubernetes' own <c>metadata</c> is not looked at.</summary>
    private static readonly Dictionary<string, Names> Kinds = new(StringComparer.Ordinal)
    {
        ["Component"] = Document(new Names
        {
            ["type"] = Text,
            ["version"] = Text,
            ["ignoreErrors"] = Text,
            ["initTimeout"] = Text,
            ["metadata"] = new() { ["name"] = Text, ["value"] = null, ["envRef"] = Text, ["secretKeyRef"] = null },
        }),
        ["Subscription"] = Document(new Names
        {
            ["pubsubname"] = Text,
            ["topic"] = Text,
            ["route"] = Text,
            ["routes"] = new() { ["rules"] = new() { ["match"] = Text, ["path"] = Text }, ["default"] = Text },
            ["deadLetterTopic"] = Text,
            ["metadata"] = Texts,
            ["bulkSubscribe"] = new() { ["enabled"] = Text, ["maxMessagesCount"] = Text, ["maxAwaitDurationMs"] = Text },
        }),
        ["Resiliency"] = Document(new Names
        {
            ["policies"] = new()
            {
                ["timeouts"] = Texts,
                ["retries"] = Each(new Names
                {
                    ["policy"] = Text,
                    ["duration"] = Text,
                    ["maxInterval"] = Text,
                    ["maxRetries"] = Text,
                    ["matching"] = new() { ["httpStatusCodes"] = Text, ["gRPCStatusCodes"] = Text },
                }),
                ["circuitBreakers"] = Each(new Names { ["maxRequests"] = Text, ["interval"] = Text, ["timeout"] = Text, ["trip"] = Text }),
            },
            ["targets"] = new()
            {
                ["apps"] = Each(new Names(Policies) { ["circuitBreakerCacheSize"] = Text }),
                ["actors"] = Each(new Names(Policies) { ["circuitBreakerCacheSize"] = Text, ["circuitBreakerScope"] = Text }),
                ["components"] = Each(new Names { ["inbound"] = Policies, ["outbound"] = Policies }),
            },
        }),
    };

    /// <summary>What nobody reads in a document; of other kinds than these that it nearly is one.</summary>
    public static IEnumerable<UnreadName> Of(YamlMap document)
    {
        string kind = document.Text("kind") ?? "";
        if (Kinds.TryGetValue(kind, out Names? names))
        {
            return Below(document, names, "");
        }

        return NearestName.Of(kind, Kinds.Keys) is { } meant ? [new UnreadName(document.File, document.Line, $"kind: {kind}", meant)] : [];
    }

    /// <summary>A document of a kind that is read, whose version is not.</summary>
    public static UnreadName OfVersion(YamlMap document, string known) =>
        new(document.File, document.Line, $"apiVersion: {document.Text("apiVersion")}", known);

    /// <summary>Whether documents of this kind are read.</summary>
    public static bool IsKind(string? kind) => kind is not null && Kinds.ContainsKey(kind);

    private static IEnumerable<UnreadName> Below(YamlMap map, Names names, string path)
    {
        foreach ((string name, long line, IReadOnlyList<YamlMap> maps) in map.Entries)
        {
            if (names.TryGetValue(name, out Names? below) || names.TryGetValue(AnyName, out below))
            {
                foreach (UnreadName unread in below is null ? [] : maps.SelectMany(one => Below(one, below, $"{path}{name}.")))
                {
                    yield return unread;
                }
            }
            else
            {
                yield return new UnreadName(map.File, line, path + name, NearestName.Of(name, names.Keys));
            }
        }
    }

    private static Names Document(Names spec) => new()
    {
        ["apiVersion"] = Text,
        ["kind"] = Text,
        ["metadata"] = null,
        ["spec"] = spec,
        ["scopes"] = Text,
        ["auth"] = null,
    };

    private static Names Each(Names names) => new() { [AnyName] = names };

    /// <summary>The names of a mapping, each with those below it; null: what stands below is anybody's.</summary>
    private sealed class Names : Dictionary<string, Names?>
    {
        public Names()
            : base(StringComparer.Ordinal)
        {
        }

        public Names(Names others)
            : base(others, StringComparer.Ordinal)
        {
        }
    }
}
