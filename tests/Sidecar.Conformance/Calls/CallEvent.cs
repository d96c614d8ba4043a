using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sidecar.Conformance.Recorded;

namespace Sidecar.Conformance.Calls;

/// <summary>What a sidecar has delivered, ready to be compared.</summary>
internal static partial class CallEvent
{
    /// <summary>That the slow method of the HTTP app was called and not waited for.</summary>
    public static readonly Event CancelledInvocation = new("/slow: cancelled by the sidecar", "", "");

    /// <summary>Where that comes which several streams of one topic could get.</summary>
    public const string AnyStream = "grpc: any stream of the topic";

    // Which library calls, and how the connection is used.
    private static readonly string[] Transport =
    [
        "user-agent", "grpc-accept-encoding", "te", "grpc-timeout", "grpc-encoding", "accept-encoding", "host", "content-length",
    ];

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// A call of the sidecar to the app: one event, or the entries of a bulk and its envelope. Health probes are not among them.
    /// </summary>
    public static IEnumerable<Event> Of(CallDelivery delivery, string run)
    {
        if (delivery.Route is { } route)
        {
            return delivery.Headers is { } fields
                ? OfHttp(route, Text(delivery.Body), fields.ToDictionary(header => header.Key, header => Joined(header.Value)), run)
                : [CancelledInvocation];
        }

        string path = delivery.Method!;
        string method = path[(path.LastIndexOf('/') + 1)..];
        string headers = Headers(delivery, run);
        // What a proxied call was answered shows in the caller's answer alone.
        bool proxied = path.StartsWith("/echo.Echo/", StringComparison.Ordinal);
        string answer = proxied ? "" : Readable(Shape.Of(Text(Answer(delivery.Answer)), run));
        return method switch
        {
            "HealthCheck" => [],
            "ListTopicSubscriptions" => [new Event(method + " {}", answer, headers)],
            "OnBulkTopicEvent" or "OnBulkTopicEventAlpha1" => Bulk(method, delivery.Request!, delivery.Answer, headers, run),
            _ => [new Event(Label(method, delivery.Request!, run), Whole(delivery.Request!, run) + " -> " + answer, headers)],
        };
    }

    /// <summary>What came to an HTTP app.</summary>
    public static IEnumerable<Event> OfHttp(string route, string body, IReadOnlyDictionary<string, string> headers, string run)
    {
        // Order of members and ways of escaping are not recorded. Inside base64 ids and times could not be told from data.
        string readable = Base64Member().Replace(Canonical(body), member => Utf8(member.Groups["value"].Value) is { } text
            ? $"\"data_base64\":{JsonSerializer.Serialize(Shape.Of(text, run), Plain)}"
            : member.Value);
        return Event.Of(route, readable, headers.Where(header => !Transport.Contains(header.Key.ToLowerInvariant())).ToDictionary(), run)
            .Select(one => one with { Label = Shape.Of(one.Label, run) });
    }

    /// <summary>An event that came on a stream; those that more than one could get are counted together.</summary>
    public static Event OfStream(string stream, JsonNode message, string run)
    {
        string data = DataOf(message);
        bool isForAny = data.StartsWith("{\"both\":", StringComparison.Ordinal) || data is "{\"after\":1}" or "{\"a\":\"unanswered\"}";
        return new Event(Label(isForAny ? AnyStream : stream, message, run), Whole(message, run), "");
    }

    /// <summary>The data of an event as the label has them.</summary>
    public static string DataOf(JsonNode message)
    {
        if (message is JsonValue text)
        {
            return text.GetValue<string>();
        }

        JsonNode? data = message["data"] ?? message["bytes"];
        string? base64 = (data as JsonObject)?["value"]?.GetValue<string>() ?? (data as JsonValue)?.GetValue<string>();
        return base64 is null ? "" : Utf8(base64) ?? base64;
    }

    /// <summary>JSON as the sidecar writes it, a text as it is.</summary>
    public static string Text(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => node.ToJsonString(Plain),
    };

    /// <summary>A header's value; several in one line.</summary>
    public static string Joined(JsonNode? value) =>
        value is JsonArray several ? string.Join(", ", several.Select(one => one!.GetValue<string>())) : value!.GetValue<string>();

    private static IEnumerable<Event> Bulk(string method, JsonNode request, JsonNode? answer, string headers, string run)
    {
        JsonObject envelope = request.DeepClone().AsObject();
        JsonNode[] entries = [.. envelope["entries"]!.AsArray().Select(entry => entry!.DeepClone())];
        envelope.Remove("entries");
        string topic = Shape.Of(request["topic"]!.GetValue<string>(), run);
        return
        [
            new Event($"{method}:{topic} envelope", Whole(envelope, run), headers),
            .. entries.Select(entry => new Event(
                $"{method}:{topic} {Shape.Of(DataOf(entry["cloudEvent"] ?? entry), run)}",
                Whole(entry, run) + " -> " + Answer(answer, entry),
                "")),
        ];
    }

    private static string Label(string method, JsonNode request, string run)
    {
        string? place = request is JsonObject ? request["topic"]?.GetValue<string>() ?? request["method"]?.GetValue<string>() : null;
        return Shape.Of($"{(place is null ? method : $"{method}:{place}")} {DataOf(request)}", run);
    }

    private static string Whole(JsonNode message, string run) => Readable(Shape.Of(Text(Sorted(Spelt(message))), run));

    private static string Headers(CallDelivery delivery, string run)
    {
        IEnumerable<string> lines = (delivery.Metadata ?? [])
            .Where(header => !Transport.Contains(header.Key))
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => $"{header.Key}: {CallComparison.Value(header.Key, header.Value!, run)}");
        return string.Join("; ", [.. lines, delivery.DeadlineSeconds is null ? "no deadline" : "a deadline"]);
    }

    /// <summary>A recorded failure without its name, which its code has as well.</summary>
    private static JsonNode? Answer(JsonNode? answer)
    {
        JsonNode? copy = answer?.DeepClone();
        if (copy is JsonObject members && members.ContainsKey("code"))
        {
            members.Remove("status");
        }

        return copy is null ? null : Sorted(copy);
    }

    /// <summary>What a bulk's answer says of one entry.</summary>
    private static string Answer(JsonNode? answer, JsonNode entry)
    {
        if (answer?["code"] is not null)
        {
            return Text(Answer(answer));
        }

        string id = entry["entryId"]!.GetValue<string>();
        JsonNode? status = answer?["statuses"]?.AsArray().FirstOrDefault(one => one!["entryId"]!.GetValue<string>() == id);
        return status is null ? "nothing" : $"{status["status"] ?? "SUCCESS"}";
    }

    /// <summary>The message with its bytes as text, where they are text.</summary>
    private static JsonNode Spelt(JsonNode node, string name = "")
    {
        switch (node)
        {
            case JsonObject members:
                return new JsonObject(members
                    .Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : Spelt(member.Value, member.Key))));
            case JsonArray elements:
                return new JsonArray([.. elements.Select(element => element is null ? null : Spelt(element, name))]);
            case JsonValue value when name is "data" or "bytes" or "value" && value.TryGetValue(out string? base64):
                return JsonValue.Create(Utf8(base64) is { } text ? "text " + text : base64);
            default:
                return node.DeepClone();
        }
    }

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject members => new JsonObject(members
            .OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : Sorted(member.Value)))),
        JsonArray elements => new JsonArray([.. elements.Select(element => element is null ? null : Sorted(element))]),
        _ => node.DeepClone(),
    };

    private static string Canonical(string body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject members ? Text(Sorted(members)) : body;
        }
        catch (JsonException)
        {
            return body;
        }
    }

    private static string? Utf8(string base64)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(base64));
        }
        catch (Exception failure) when (failure is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static string Readable(string text) => text.Replace("\\\"", "\"", StringComparison.Ordinal);

    [GeneratedRegex("\"data_base64\": ?\"(?<value>[^\"]*)\"")]
    private static partial Regex Base64Member();
}
