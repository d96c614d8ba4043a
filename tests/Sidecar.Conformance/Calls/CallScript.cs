using System.Text.Json;
using System.Text.Json.Nodes;
using Sidecar.Conformance.Recorded;

namespace Sidecar.Conformance.Calls;

/// <summary>What the recording script did where the files hold only a hint of it.</summary>
internal static partial class CallScript
{
    private static readonly string[] Late =
    [
        "{\"a\":\"down\"}", "{\"a\":\"back\"}", "{\"a\":\"app and stream\"}", "{\"a\":\"unhealthy\"}", "OnInvoke:echo x",
        "ListTopicSubscriptions {}",
    ];

    /// <summary>Calls that cannot be repeated from here.</summary>
    public static bool LeftOut(CallExchange exchange) =>
        // .NET's HTTP joins metadata of the same name in one line; which of several lines counts cannot be asked.
        exchange.Name is "token twice, right one first" or "token twice, right one second";

    /// <summary>Answers that are waited for.</summary>
    public static bool ComesWithTime(CallExchange exchange) =>
        exchange.Name is "get ttl gone" or "bulk get ttl gone" or "get ttl 1 gone"
        || exchange.Name.StartsWith("after shutdown", StringComparison.Ordinal);

    /// <summary>What may or may not show, as chance will have it.</summary>
    public static bool ByChance(Difference difference) => difference.Where switch
    {
        // How soon a stream that was cancelled is off the list.
        "grpc: metadata with no stream open" => difference.What.StartsWith("response at $.subscriptions", StringComparison.Ordinal),
        // Of one key that is named twice in one save either value may win.
        "http: get twice" => difference.What == "response at $.data",
        // Whether the connection is seen to have ended before the call goes out or after.
        "grpc: invoke an app that is down" => difference.What == "message",
        // The entries of a bulk are published side by side.
        "/bulk i" => difference.What == "order",
        _ => false,
    };

    /// <summary>Calls that were made while streams were in the midst of something.</summary>
    public static bool WhileStreamsAreOpen(CallExchange exchange) =>
        exchange.Name is "metadata with a stream open" or "shutdown"
        || exchange.Name.StartsWith("after shutdown", StringComparison.Ordinal);

    /// <summary>How much of a stream's silence was still to come when this was published; null: it had ended.</summary>
    public static int? SilencesLeft(CallExchange exchange, CallExchange stream) => (exchange.Name, stream.Name) switch
    {
        ("to the first stream after the second has closed", "stream") => 2,
        ("to the stream that closes without an answer", "stream") => 1,
        _ => null,
    };

    /// <summary>Whether an event goes out only after others have been waited for; in the end only the raw requests are to come.</summary>
    public static bool Later(string label, bool inTheEnd) =>
        label.StartsWith("/slow", StringComparison.Ordinal)
        || (!inTheEnd && Late.Any(data => label.EndsWith(data, StringComparison.Ordinal)));

    /// <summary>Whether events of this label come on streams; the app gets none of them.</summary>
    public static bool OnStream(string label) => label.StartsWith("grpc: ", StringComparison.Ordinal);

    /// <summary>The metadata; where the request was too large to keep, the token was not kept either.</summary>
    public static JsonObject? Metadata(CallExchange exchange, string? apiToken) =>
        apiToken is not null && exchange.Name is "txn of 200 upserts" or "txn of 2000 upserts"
            ? new JsonObject { ["dapr-api-token"] = apiToken }
            : exchange.Metadata;

    /// <summary>Compares the answer to an HTTP request by the rules of the HTTP recordings.</summary>
    public static IEnumerable<Difference> CompareHttp(CallExchange exchange, Answer actual, string run)
    {
        JsonObject response = exchange.Response!.AsObject();
        JsonNode? body = response["body"];
        var headers = response["headers"]!.AsObject()
            .ToDictionary(header => header.Key, header => header.Value!.GetValue<string>());
        string text = body is JsonValue value ? value.GetValue<string>() : body!.ToJsonString();
        // Spaces, order and all digits of a document are not recorded.
        if (body is JsonObject)
        {
            actual = actual with { Body = SameOrder(actual.Body) };
            text = SameOrder(text);
        }

        // The rule for what an invoked app tells of itself goes by the name.
        string name = body is JsonObject members && members.ContainsKey("headers") ? "invoke" : exchange.Name;
        RecordedResponse before = new(response["status"]!.GetValue<int>(), headers, text);
        Exchange recorded = new(name, new RecordedRequest("", "", null, null), before)
        {
            Where = exchange.Where,
        };
        return ExchangeComparison.Compare(recorded, actual, run);
    }

    private static string SameOrder(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject members
                ? new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal)
                    .Select(member => KeyValuePair.Create(member.Key, Rounded(member.Value)))).ToJsonString()
                : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    /// <summary>A number as the recording could keep it.</summary>
    private static JsonNode? Rounded(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number ? JsonValue.Create(value.GetValue<double>()) : value?.DeepClone();
}
