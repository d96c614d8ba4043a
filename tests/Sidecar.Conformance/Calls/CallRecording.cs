using System.Text.Json;
using System.Text.Json.Nodes;
using Sidecar.Conformance.Recorded;

namespace Sidecar.Conformance.Calls;

/// <summary>What one run of the gRPC recording script saw; the README beside the files explains their members.</summary>
internal sealed record CallRecording(
    IReadOnlyList<CallExchange> Exchanges, IReadOnlyList<WireExchange> Wire, IReadOnlyList<CallDelivery> Deliveries)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>Reads <c>grpc/</c><paramref name="name"/><c>.json</c>.</summary>
    public static CallRecording Read(string name)
    {
        using FileStream file = File.OpenRead(Path.Combine(RecordingsFolder.Path, "grpc", name + ".json"));
        return JsonSerializer.Deserialize<CallRecording>(file, Web)!;
    }

    /// <summary>What was seen with one kind of app, exchanges of the same name numbered.</summary>
    public CallRecording Of(string app)
    {
        Dictionary<string, int> seen = [];
        return new CallRecording(
            [
                .. Exchanges.Where(exchange => exchange.App == app).Select(exchange =>
                {
                    int number = seen[exchange.Name] = seen.GetValueOrDefault(exchange.Name) + 1;
                    return exchange with { Where = $"{app}: {exchange.Name}{(number == 1 ? "" : $" #{number}")}" };
                }),
            ],
            [.. Wire.Where(exchange => exchange.App == app)],
            [.. Deliveries.Where(delivery => delivery.App == app)]);
    }
}

/// <summary>One call, stream or (with <see cref="Http"/>) HTTP request, and how it was answered.</summary>
internal sealed record CallExchange
{
    public required string Name { get; init; }

    public required string App { get; init; }

    public string Where { get; init; } = "";

    /// <summary>The full path; empty for HTTP.</summary>
    public string Method { get; init; } = "";

    public JsonObject? Metadata { get; init; }

    public int? TimeoutMs { get; init; }

    public string? Compression { get; init; }

    public JsonNode? Request { get; init; }

    public JsonNode? Response { get; init; }

    public JsonArray? Stream { get; init; }

    public JsonObject? Http { get; init; }

    public int Code { get; init; }

    public string Status { get; init; } = "";

    public string? Message { get; init; }

    public JsonArray? Details { get; init; }

    public JsonObject? Headers { get; init; }

    public JsonObject? Trailers { get; init; }

    public bool TrailersOnly { get; init; }

    /// <summary>What the recording has in place of a request.</summary>
    public string? Note { get; init; }
}

/// <summary>One raw HTTP/2 request and what came back.</summary>
internal sealed record WireExchange(string Name, string App, WireRequest Request, WireResponse? Response, string? Failure);

internal sealed record WireRequest(string Verb, string Path, JsonObject Headers, string Base64);

internal sealed record WireResponse(int HttpStatus, bool TrailersOnly, JsonObject Headers, string Base64, JsonObject Trailers);

/// <summary>One call of the sidecar to the app: by gRPC with a method, by HTTP with a route.</summary>
internal sealed record CallDelivery(
    string App, string? Method, string? Route, JsonObject? Metadata, JsonObject? Headers, JsonNode? Request, JsonNode? Body,
    JsonNode? Answer, double? DeadlineSeconds);
