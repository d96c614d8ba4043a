using System.Text.Json.Nodes;
using Sidecar.Conformance.Recorded;

namespace Sidecar.Conformance.Calls;

/// <summary>Compares the answer to a call with the recorded one.</summary>
internal static class CallComparison
{
    private const int DeadlineExceeded = 4;

    // An empty trace, as daprd writes it where none was given.
    private const string NoTrace = "AAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAgA";

    private static readonly string[] Transport =
    [
        "date", "server", "content-length", "grpc-accept-encoding", "grpc-encoding",
        "grpc-status", "grpc-message", "grpc-status-details-bin",
    ];

    /// <summary>What differs. An answer with another code differs in that alone: all else follows from it.</summary>
    public static IEnumerable<Difference> Compare(CallExchange exchange, CallReply actual, string run)
    {
        if (exchange.Code != actual.Code)
        {
            return [new Difference(exchange.Where, "code", Name(exchange.Code, exchange.Message), Name(actual.Code, actual.Message))];
        }

        // Who notices first that time is up is a matter of chance; what the client itself found says nothing of the sidecar.
        if (exchange.Code == DeadlineExceeded || actual.Failure is not null)
        {
            return [];
        }

        return
        [
            .. Texts(exchange.Where, "message", Shape.Of(exchange.Message ?? "", run), Shape.Of(actual.Message, run)),
            .. Json(exchange.Where, "details", exchange.Details ?? [], actual.Details, run),
            .. Texts(exchange.Where, "trailers only", $"{exchange.TrailersOnly}", $"{actual.TrailersOnly}"),
            .. Headers(exchange, actual, run),
            .. exchange.TrailersOnly == actual.TrailersOnly
                ? Metadata(exchange.Where, "trailer", exchange.Trailers ?? [], Trailers(actual), run)
                : [],
            .. Responses(exchange, actual, run),
        ];
    }

    /// <summary>What differs between two JSON documents, by the paths where they do.</summary>
    public static IEnumerable<Difference> Json(string where, string what, JsonNode recorded, JsonNode actual, string run) =>
        JsonDifferences.Between(Shape.Of(recorded.ToJsonString(), run), Shape.Of(actual.ToJsonString(), run))!
            .Select(one => new Difference(where, $"{what} at {one.Path}", one.Recorded, one.Actual));

    /// <summary>A header's value (several joined), ready to be compared.</summary>
    public static string Value(string name, JsonNode value, string run)
    {
        string text = CallEvent.Joined(value);
        return name == "dapr-date" ? "<date>" : Shape.Of(name.EndsWith("-bin", StringComparison.Ordinal) ? text.TrimEnd('=') : text, run);
    }

    public static string Name(int code, string? message) => $"{(Grpc.Core.StatusCode)code}: {message}";

    private static IEnumerable<Difference> Headers(CallExchange exchange, CallReply actual, string run)
    {
        if (exchange.TrailersOnly || actual.TrailersOnly)
        {
            return [];
        }

        JsonObject recorded = exchange.Headers ?? new JsonObject { ["content-type"] = "application/grpc", ["grpc-trace-bin"] = NoTrace };
        return Metadata(exchange.Where, "header", recorded, actual.Headers, run);
    }

    /// <summary>The trailers; where there are but trailers, they are where headers are.</summary>
    private static Dictionary<string, string[]> Trailers(CallReply reply) =>
        (reply.TrailersOnly ? reply.Headers.Where(header => header.Key != "content-type") : reply.Trailers).ToDictionary();

    private static IEnumerable<Difference> Metadata(
        string where, string what, JsonObject recorded, IReadOnlyDictionary<string, string[]> actual, string run)
    {
        foreach (string name in recorded.Select(header => header.Key).Union(actual.Keys).Except(Transport).Order(StringComparer.Ordinal))
        {
            string before = recorded[name] is { } value ? Value(name, value, run) : "none";
            string after = actual.TryGetValue(name, out string[]? values) ? Value(name, string.Join(", ", values), run) : "none";
            foreach (Difference difference in Texts(where, $"{what} {name}", before, after))
            {
                yield return difference;
            }
        }
    }

    private static IEnumerable<Difference> Responses(CallExchange exchange, CallReply actual, string run)
    {
        if (exchange.Code != 0 || exchange.Response is null || !Messages.Knows(exchange.Method))
        {
            return [];
        }

        if (actual.Messages is not [byte[] message])
        {
            return [new Difference(exchange.Where, "messages", "1", $"{actual.Messages.Count}")];
        }

        JsonNode response = Messages.ResponseJson(exchange.Method, message);
        return Json(exchange.Where, "response", AppsEcho(exchange.Response), AppsEcho(response), run);
    }

    /// <summary>Where an invoked app's answer has the headers that it was called with; empty where it has none.</summary>
    public static string EchoedHeaders(CallExchange exchange) =>
        exchange.Code != 0 || exchange.Response is not JsonObject response ? ""
        : exchange.Http is not null ? response["body"] is JsonObject body && body["headers"] is JsonObject ? "body at $.headers" : ""
        : Messages.Knows(exchange.Method) && AppsEcho(response)["data"] is JsonObject data && data["value"] is JsonObject
            ? "response at $.data.value.headers"
            : "";

    /// <summary>What an invoked HTTP app has answered, with those of the headers that matter.</summary>
    private static JsonNode AppsEcho(JsonNode response)
    {
        if (response is JsonObject && response["data"] is JsonObject data
            && response["contentType"]?.GetValue<string>() == "application/json"
            && data["value"]?.GetValue<string>() is { Length: > 0 } base64
            && JsonNode.Parse(Convert.FromBase64String(base64)) is JsonObject answer && answer["headers"] is JsonObject headers)
        {
            answer["headers"] = new JsonObject(headers
                .Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), header.Value?.DeepClone()))
                .Where(header => DeliveryComparison.Matters(header.Key)));
            JsonNode copy = response.DeepClone();
            copy["data"]!["value"] = answer;
            return copy;
        }

        return response;
    }

    private static IEnumerable<Difference> Texts(string where, string what, string recorded, string actual) =>
        recorded == actual ? [] : [new Difference(where, what, recorded, actual)];
}
