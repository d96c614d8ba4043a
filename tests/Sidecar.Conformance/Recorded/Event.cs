using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sidecar.Conformance.Recorded;

/// <summary>One event (or other call) that reached the app, ready to be compared.</summary>
/// <param name="Label">Route and data, for people: <c>/ok {"a":1}</c>.</param>
/// <param name="Text">The event with run-dependent parts replaced, byte for byte otherwise.</param>
/// <param name="Headers">The headers that matter.</param>
internal sealed record Event(string Label, string Text, string Headers)
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Route => Label[..Label.IndexOf(' ', StringComparison.Ordinal)];

    /// <summary>A recorded delivery: one event, or the entries of a bulk and its envelope.</summary>
    public static IEnumerable<Event> Of(Delivery delivery, string run) =>
        Of(delivery.Route, JsonSerializer.Serialize(delivery.Body, Compact), delivery.Headers, run);

    public static IEnumerable<Event> Of(string route, string body, IReadOnlyDictionary<string, string> headers, string run)
    {
        string relevant = HeadersOf(headers, run);
        if (Parse(body) is not { ValueKind: JsonValueKind.Object } json)
        {
            return [new Event($"{route} {body}", body, relevant)];
        }

        if (!json.TryGetProperty("entries", out JsonElement entries))
        {
            return [new Event($"{route} {DataOf(json)}", Shape.Of(body, run), relevant)];
        }

        string envelope = body.Replace(entries.GetRawText(), "[]", StringComparison.Ordinal);
        return
        [
            new Event($"{route} envelope", Shape.Of(envelope, run), relevant),
            .. entries.EnumerateArray().Select(entry =>
                new Event($"{route} {DataOf(entry.GetProperty("event"))}", Shape.Of(entry.GetRawText(), run), "")),
        ];
    }

    private static JsonElement? Parse(string body)
    {
        try
        {
            return JsonDocument.Parse(body).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string DataOf(JsonElement cloudEvent) =>
        cloudEvent.TryGetProperty("data", out JsonElement data) || cloudEvent.TryGetProperty("data_base64", out data)
            ? JsonSerializer.Serialize(data, Compact)
            : JsonSerializer.Serialize(cloudEvent, Compact);

    private static string HeadersOf(IReadOnlyDictionary<string, string> headers, string run) =>
        string.Join("; ", headers
            .Select(header => (Name: header.Key.ToLowerInvariant(), header.Value))
            .Where(header => DeliveryComparison.Matters(header.Name))
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .Select(header => $"{header.Name}: {Shape.Of(header.Value, run)}"));
}
