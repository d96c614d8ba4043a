using System.Globalization;
using System.Text.Json.Nodes;
using JobOrchestrator.Simulation.Models;
using Sidecar.Conformance.Calls;
using Sidecar.Conformance.Recorded;

namespace JobOrchestrator.Simulation.Tests.Replay;

/// <summary>The state requests of a gRPC recording, and those by HTTP among them.</summary>
internal static class CallExchanges
{
    private const string AfterTheEnd = "after shutdown";
    private const string NotLetIn = "UNAUTHENTICATED";
    private const string Service = "/dapr.proto.runtime.v1.Dapr/";

    private static readonly Dictionary<WriteResult, string> Statuses = new()
    {
        [WriteResult.Done] = "OK",
        [WriteResult.Conflict] = "ABORTED",
        [WriteResult.InvalidETag] = "INVALID_ARGUMENT",
        [WriteResult.TooLarge] = "RESOURCE_EXHAUSTED",
        [WriteResult.NoJson] = "UNKNOWN",
        [WriteResult.Failed] = "INTERNAL",
    };

    /// <summary>Those of one app's part that the sidecar hands to the store.</summary>
    public static IReadOnlyList<StateExchange> Read(string recording, string app) =>
    [
        .. CallRecording.Read(recording).Of(app).Exchanges
            .Where(exchange => !exchange.Name.StartsWith(AfterTheEnd, StringComparison.Ordinal) && exchange.Status != NotLetIn)
            .SelectMany(exchange => exchange.Name == "bulk get of 5.3 MiB"
                ? [.. CallScript.LargeSaves(exchange).Select(save => save with { Status = "OK" }), exchange]
                : (CallExchange[])[exchange])
            .Select(exchange => exchange.Http is null ? Of(exchange) : OfHttp(exchange))
            .OfType<StateExchange>(),
    ];

    private static StateExchange? Of(CallExchange exchange)
    {
        if (!exchange.Method.StartsWith(Service, StringComparison.Ordinal)
            || CallScript.Request(exchange) is not JsonObject asked
            || Text(asked, "storeName") != "jobs"
            || Request(exchange.Method[Service.Length..], asked) is not { } request)
        {
            return null;
        }

        IReadOnlyList<StateDocument> documents = (request, exchange.Status) switch
        {
            (StateRequest.Get get, "OK") => [Document(get.Key, exchange.Response!)],
            (StateRequest.GetMany, "OK") =>
                [.. Array(exchange.Response, "items").Select(item => Document(Text(item, "key") ?? "", item))],
            _ => [],
        };
        return new StateExchange(
            exchange.Where,
            request,
            new StateAnswer(exchange.Status, documents),
            Statuses,
            ComesWithTime: exchange.Name is "get ttl gone" or "bulk get ttl gone" or "get ttl 1 gone");
    }

    private static StateExchange? OfHttp(CallExchange exchange)
    {
        JsonNode response = exchange.Response!;
        var request = new RecordedRequest(Text(exchange.Http, "verb")!, Text(exchange.Http, "path")!, null, Text(exchange.Http, "body"));
        var answer = new RecordedResponse(
            response["status"]!.GetValue<int>(),
            response["headers"]!.AsObject().ToDictionary(header => header.Key, header => header.Value!.GetValue<string>()),
            response["body"] is JsonValue text ? text.GetValue<string>() : response["body"]!.ToJsonString());
        if (HttpExchanges.Of(new Exchange(exchange.Name, request, answer)) is not { } read)
        {
            return null;
        }

        StateDocument[] parsed = [.. read.Answer.Documents.Select(one => one with { IsParsed = true })];
        return read with { Where = exchange.Where, Answer = read.Answer with { Documents = parsed } };
    }

    private static StateRequest? Request(string method, JsonObject asked) => method switch
    {
        "GetState" when IsForStore(Key(asked)) => new StateRequest.Get(Key(asked), "OK"),
        "GetBulkState" when Array(asked, "keys").Select(key => key!.GetValue<string>()).ToArray() is var keys && keys.All(IsForStore) =>
            new StateRequest.GetMany(keys),
        "SaveState" when Writes(Array(asked, "states"), _ => false, mayRewrite: true) is { } writes
            && !writes.Any(write => write.Write.Key.Length == 0) => new StateRequest.Each(writes),
        "DeleteState" when Writes([asked], _ => true) is { } writes => new StateRequest.Each(writes),
        "DeleteBulkState" when Writes(Array(asked, "states"), _ => true) is { } writes => new StateRequest.Each(writes),
        "ExecuteStateTransaction" when Array(asked, "operations") is var operations
            && operations.All(one => Text(one, "operationType") is "upsert" or "delete")
            && Writes(operations.Select(one => one!["request"]), i => Text(operations[i], "operationType") == "delete") is { } writes =>
                new StateRequest.Transact(writes),
        _ => null,
    };

    private static bool IsForStore(string key) => !key.Contains("||", StringComparison.Ordinal);

    /// <summary>Null: one of them is not for the store, or says what no component reads.</summary>
    private static List<WriteAsked>? Writes(IEnumerable<JsonNode?> items, Func<int, bool> isDelete, bool mayRewrite = false)
    {
        List<WriteAsked> writes = [];
        foreach ((int i, JsonNode? item) in items.Index())
        {
            if (!IsForStore(Key(item)) || !LengthOfLife.TryRead(Text(item?["metadata"], "ttlInSeconds"), out long? seconds))
            {
                return null;
            }

            var write = new StoreWrite(
                Key(item),
                isDelete(i) ? null : Bytes(Text(item, "value")),
                Text(item?["etag"], "value"),
                Text(item?["options"], "concurrency") switch
                {
                    "CONCURRENCY_FIRST_WRITE" => Concurrency.FirstWrite,
                    "CONCURRENCY_LAST_WRITE" => Concurrency.LastWrite,
                    _ => Concurrency.Unsaid,
                },
                seconds);
            writes.Add(new(write, mayRewrite && Text(item?["metadata"], "contentType") == "application/json"));
        }

        return writes;
    }

    private static StateDocument Document(string key, JsonNode? item) =>
        Text(item, "etag") is { } etag ? new(key, Bytes(Text(item, "data")), etag) : new(key, null, null);

    /// <summary>From base64, or from a note such as <c>&lt;5242880 bytes 'x'&gt;</c>.</summary>
    private static byte[] Bytes(string? text)
    {
        if (text is not ['<', ..])
        {
            return Convert.FromBase64String(text ?? "");
        }

        byte[] bytes = new byte[int.Parse(text[1..text.IndexOf(' ')], CultureInfo.InvariantCulture)];
        bytes.AsSpan().Fill((byte)text[text.IndexOf('\'') + 1]);
        return bytes;
    }

    private static string Key(JsonNode? item) => Text(item, "key") ?? "";

    private static string? Text(JsonNode? node, string member) => node?[member]?.GetValue<string>();

    private static JsonArray Array(JsonNode? node, string member) => node?[member] as JsonArray ?? [];
}
