using System.Text.Json;
using LocalSidecar.Cel;
using LocalSidecar.Resources;

namespace LocalSidecar.Apps;

/// <summary>Reads what an app answers to <c>GET /dapr/subscribe</c>.</summary>
internal static class SubscribeAnswer
{
    /// <param name="json">The answer's body.</param>
    /// <param name="refuse">Told about entries that cannot be used.</param>
    /// <exception cref="JsonException">It is not a JSON array of objects.</exception>
    public static IReadOnlyList<SubscriptionDeclaration> Read(byte[] json, Action<string> refuse)
    {
        if (json.Length == 0)
        {
            return [];
        }

        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("it should be an array");
        }

        var subscriptions = new List<SubscriptionDeclaration>();
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            SubscriptionDeclaration subscription = ReadEntry(entry);
            string? broken = subscription.Rules.Select(static rule => CelExpression.TryParse(rule.Match, out _) is { } problem
                ? $"the rule '{rule.Match}' cannot be read: {problem}"
                : null)
                .FirstOrDefault(static problem => problem is not null);
            if (subscription.PubSub.Length == 0 || subscription.Topic.Length == 0 || subscription.Rules.Count == 0)
            {
                refuse($"the entry for topic '{subscription.Topic}' lacks a pubsubname, a topic or a route");
            }
            else if (broken is not null)
            {
                refuse(broken);
            }
            else if (!subscriptions.Exists(other => other.PubSub == subscription.PubSub && other.Topic == subscription.Topic))
            {
                subscriptions.Add(subscription);
            }
        }

        return subscriptions;
    }

    private static SubscriptionDeclaration ReadEntry(JsonElement entry)
    {
        var rules = new List<Rule>();
        if (Member(entry, "routes") is { ValueKind: JsonValueKind.Object } routes)
        {
            if (Member(routes, "rules") is { ValueKind: JsonValueKind.Array } list)
            {
                rules.AddRange(list.EnumerateArray().Select(
                    static rule => new Rule(Text(rule, "match"), SubscriptionDeclaration.Slashed(Text(rule, "path")))));
            }

            SubscriptionDeclaration.AddDefault(rules, Text(routes, "default"));
        }

        if (!rules.Exists(static rule => rule.Match.Length == 0))
        {
            SubscriptionDeclaration.AddDefault(rules, Text(entry, "route"));
        }

        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (Member(entry, "metadata") is { ValueKind: JsonValueKind.Object } values)
        {
            foreach (JsonProperty value in values.EnumerateObject())
            {
                metadata[value.Name] = value.Value.ToString();
            }
        }

        BulkSubscribe bulk = Member(entry, "bulkSubscribe") is { ValueKind: JsonValueKind.Object } settings
            ? BulkSubscribe.From(
                Member(settings, "enabled") is { ValueKind: JsonValueKind.True },
                Number(settings, "maxMessagesCount"),
                Number(settings, "maxAwaitDurationMs"))
            : BulkSubscribe.Off;
        return new SubscriptionDeclaration(
            Text(entry, "pubsubname"), Text(entry, "topic"), rules, Text(entry, "deadLetterTopic"), metadata, bulk,
            SubscriptionKind.Programmatic);
    }

    // In any case, as Go reads them: Dapr's own package for .NET writes pubsubName. Of several that fit the last counts.
    private static JsonElement? Member(JsonElement of, string name)
    {
        JsonElement? found = null;
        if (of.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in of.EnumerateObject())
            {
                if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    found = member.Value;
                }
            }
        }

        return found;
    }

    private static string Text(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static int? Number(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int value) ? value : null;
}
