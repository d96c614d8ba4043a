namespace LocalSidecar.Resources;

/// <summary>One rule of a subscription: the first that matches decides the path.</summary>
/// <param name="Match">A CEL expression over <c>event</c>; empty for "always".</param>
/// <param name="Path">With a leading slash, but as written where a gRPC app's code says it: empty without routes.</param>
internal sealed record Rule(string Match, string Path);

/// <summary>How a subscription takes messages in batches.</summary>
/// <param name="Enabled">Off by default.</param>
/// <param name="MaxMessagesCount">Default 100.</param>
/// <param name="MaxAwait">How long to wait for more; default 1 s.</param>
internal sealed record BulkSubscribe(bool Enabled, int MaxMessagesCount, TimeSpan MaxAwait)
{
    public static readonly BulkSubscribe Off = new(false, 100, TimeSpan.FromSeconds(1));

    public static BulkSubscribe From(bool enabled, int? maxMessagesCount, int? maxAwaitMs) => new(
        enabled,
        maxMessagesCount is > 0 ? maxMessagesCount.Value : Off.MaxMessagesCount,
        maxAwaitMs is > 0 ? TimeSpan.FromMilliseconds(maxAwaitMs.Value) : Off.MaxAwait);
}

/// <summary>Who says that an app subscribes.</summary>
internal enum SubscriptionKind
{
    /// <summary>A file.</summary>
    Declarative = 1,

    /// <summary>The app's code, when its sidecar asks it.</summary>
    Programmatic,

    /// <summary>The app's code by a stream to its sidecar; it holds while the stream is open.</summary>
    Streaming,
}

/// <summary>What an app wants from a topic, whether its code or a file says so.</summary>
internal sealed record SubscriptionDeclaration(
    string PubSub,
    string Topic,
    IReadOnlyList<Rule> Rules,
    string DeadLetterTopic,
    IReadOnlyDictionary<string, string> Metadata,
    BulkSubscribe Bulk,
    SubscriptionKind Kind)
{
    /// <summary>Messages are handed over as bytes, whatever they are.</summary>
    public bool IsRaw => Metadata.TryGetValue("rawPayload", out string? raw) && GoBoolean.TryParse(raw, out bool value) && value;

    /// <summary>The app wants it as it was before.</summary>
    public bool IsSameAs(SubscriptionDeclaration other) =>
        PubSub == other.PubSub && Topic == other.Topic && DeadLetterTopic == other.DeadLetterTopic && Bulk == other.Bulk
        && Rules.SequenceEqual(other.Rules) && Metadata.Count == other.Metadata.Count && !Metadata.Except(other.Metadata).Any();

    /// <summary>Reads a document of kind Subscription, in either version.</summary>
    /// <returns>Null when it names no path.</returns>
    public static (SubscriptionDeclaration? Subscription, IReadOnlyList<string> Scopes) Read(YamlMap document)
    {
        YamlMap spec = document.Map("spec") ?? throw document.Wrong("'spec' is missing");
        var rules = new List<Rule>();
        if (spec.Map("routes") is { } routes)
        {
            rules.AddRange(routes.Maps("rules").Select(static rule => new Rule(rule.Text("match") ?? "", Slashed(rule.Required("path")))));
            AddDefault(rules, routes.Text("default"));
        }

        if (rules.Count == 0)
        {
            AddDefault(rules, spec.Text("route"));
        }

        foreach (Rule rule in rules)
        {
            if (Cel.CelExpression.TryParse(rule.Match, out _) is { } problem)
            {
                throw spec.Wrong($"the rule '{rule.Match}' cannot be read: {problem}");
            }
        }

        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (spec.Map("metadata") is { } values)
        {
            foreach (string name in values.Names)
            {
                metadata[name] = values.Text(name) ?? "";
            }
        }

        YamlMap? bulk = spec.Map("bulkSubscribe");
        var subscription = new SubscriptionDeclaration(
            spec.Required("pubsubname"),
            spec.Required("topic"),
            rules,
            spec.Text("deadLetterTopic") ?? "",
            metadata,
            bulk is null
                ? BulkSubscribe.Off
                : BulkSubscribe.From(bulk.Boolean("enabled", false), bulk.Number("maxMessagesCount"), bulk.Number("maxAwaitDurationMs")),
            SubscriptionKind.Declarative);
        return (rules.Count == 0 ? null : subscription, document.Texts("scopes"));
    }

    /// <summary>Appends the rule that always matches.</summary>
    public static void AddDefault(List<Rule> rules, string? path)
    {
        if (!string.IsNullOrEmpty(path))
        {
            rules.Add(new Rule("", Slashed(path)));
        }
    }

    /// <summary>A path as it is called: a slash in front, none behind.</summary>
    public static string Slashed(string path) => "/" + path.Trim('/');
}
