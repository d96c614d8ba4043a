using System.Text.Json.Nodes;

namespace Sidecar.Conformance.Recorded;

/// <summary>Compares an answer with the recorded one.</summary>
internal static class ExchangeComparison
{
    // The rest is transport: lengths, chunks, dates, server names.
    private static readonly string[] Headers =
        ["Content-Type", "Traceparent", "X-Content-Type-Options", "Metadata.ttlexpiretime", "Connection"];

    public static IEnumerable<Difference> Compare(Exchange exchange, Answer actual, string run)
    {
        RecordedResponse recorded = exchange.Response!;
        if (recorded.Status != actual.Status)
        {
            yield return new(exchange.Where, "status", $"{recorded.Status}", $"{actual.Status} {actual.Body}");
        }

        foreach (string name in Headers)
        {
            (string? before, string? after) =
                (Shape.Of(recorded.Header(name) ?? "none", run), Shape.Of(actual.Header(name) ?? "none", run));
            if (before != after)
            {
                yield return new(exchange.Where, $"header {name}", before, after);
            }
        }

        if ((recorded.Header("ETag") is null) != (actual.Header("ETag") is null))
        {
            yield return new(exchange.Where, "ETag", recorded.Header("ETag") ?? "none", actual.Header("ETag") ?? "none");
        }

        foreach (Difference difference in CompareBodies(exchange, Shape.Of(recorded.Body, run), Shape.Of(actual.Body, run)))
        {
            yield return difference;
        }
    }

    private static IEnumerable<Difference> CompareBodies(Exchange exchange, string recorded, string actual)
    {
        // What an invoked app answers is the app's: it tells which headers reached it, in whatever order.
        if (exchange.Name.StartsWith("invoke", StringComparison.Ordinal) && exchange.Response!.Status < 300)
        {
            (recorded, actual) = (AppHeaders(recorded), AppHeaders(actual));
        }

        if (recorded == actual)
        {
            return [];
        }

        IReadOnlyList<(string Path, string Recorded, string Actual)>? differences = JsonDifferences.Between(recorded, actual);
        return differences switch
        {
            null => [new(exchange.Where, "body", recorded, actual)],
            [] => [new(exchange.Where, "bytes", recorded, actual)],
            _ => differences.Select(difference =>
                new Difference(exchange.Where, $"body at {difference.Path}", difference.Recorded, difference.Actual)),
        };
    }

    private static string AppHeaders(string body)
    {
        JsonObject answer = JsonNode.Parse(body)!.AsObject();
        IOrderedEnumerable<(string Name, string Value)> headers = answer["headers"]!.AsObject()
            .Select(header => (Name: header.Key.ToLowerInvariant(), Value: header.Value!.GetValue<string>()))
            .Where(header => DeliveryComparison.Matters(header.Name))
            .OrderBy(header => header.Name, StringComparer.Ordinal);
        answer["headers"] = new JsonObject(headers.Select(header => KeyValuePair.Create(header.Name, (JsonNode?)header.Value)));
        return new JsonObject(answer
            .OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString();
    }
}

/// <summary>An answer as it came.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
