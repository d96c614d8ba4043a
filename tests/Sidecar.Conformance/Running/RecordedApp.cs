using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sidecar.Conformance.Recorded;

namespace Sidecar.Conformance.Running;

/// <summary>
/// The app of the recordings: subscribes, answers each route in its own way, keeps what it gets. Can be away for a
/// while and come back on the same port.
/// </summary>
internal sealed class RecordedApp(int port, string run) : IAsyncDisposable
{
    private readonly ConcurrentQueue<(Event Event, long At)> _arrivals = new();
    private readonly ConcurrentDictionary<string, int> _attempts = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private WebApplication? _app;

    /// <summary>What has been posted to it, in order.</summary>
    public IReadOnlyList<Event> Events => [.. _arrivals.Select(arrival => arrival.Event)];

    /// <summary>How long none of these has come.</summary>
    public TimeSpan Quiet(Func<Event, bool> these) =>
        Stopwatch.GetElapsedTime(
            _arrivals.Where(arrival => these(arrival.Event)).Select(arrival => arrival.At).DefaultIfEmpty(_start).Max());

    public async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _app = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        using var reader = new StreamReader(context.Request.Body);
        string body = await reader.ReadToEndAsync(context.RequestAborted);
        if (path is "/dapr/subscribe" or "/dapr/config")
        {
            await (path is "/dapr/subscribe" ? JsonAsync(context, 200, Subscriptions()) : StatusAsync(context, 404));
            return;
        }

        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString());
        if (context.Request.Method == "POST")
        {
            foreach (Event one in Event.Of(path, body, headers, run))
            {
                _arrivals.Enqueue((one, Stopwatch.GetTimestamp()));
            }
        }

        await AnswerAsync(context, path, body, headers);
    }

    private Task AnswerAsync(HttpContext context, string path, string body, Dictionary<string, string> headers) => path switch
    {
        "/retry" => JsonAsync(context, 200, Status(Attempt(path, body) <= 2 ? "RETRY" : "SUCCESS")),
        "/fail" => StatusAsync(context, 500),
        "/drop" => JsonAsync(context, 200, Status("DROP")),
        "/gone" => StatusAsync(context, 404),
        "/odd" => Attempt(path, body) == 1 ? JsonAsync(context, 200, Status("WHATEVER")) : StatusAsync(context, 204),
        "/bulk" => JsonAsync(context, 200, Statuses(body)),
        "/teapot" => RawAsync(context, 418, """{"tea":true}"""),
        _ when path.StartsWith("/echo", StringComparison.Ordinal) => JsonAsync(
            context, context.Request.Method == "POST" ? 201 : 200, Echo(context, body, headers)),
        _ => JsonAsync(context, 200, Status("SUCCESS")),
    };

    /// <summary>How often this event has come to this route, this time included.</summary>
    private int Attempt(string path, string body) =>
        _attempts.AddOrUpdate($"{path} {JsonNode.Parse(body)!["id"]}", 1, (_, attempts) => attempts + 1);

    private static JsonObject Status(string word) => new() { ["status"] = word };

    private static JsonObject Statuses(string body) => new()
    {
        ["statuses"] = new JsonArray([.. JsonNode.Parse(body)!["entries"]!.AsArray()
            .Select(entry => new JsonObject { ["entryId"] = entry!["entryId"]!.DeepClone(), ["status"] = "SUCCESS" })]),
    };

    private static JsonObject Echo(HttpContext context, string body, Dictionary<string, string> headers)
    {
        var echo = new JsonObject
        {
            ["path"] = context.Request.Path + context.Request.QueryString,
            ["headers"] = JsonSerializer.SerializeToNode(headers),
        };
        if (context.Request.Method == "POST")
        {
            echo["len"] = body.Length;
        }

        return echo;
    }

    private JsonArray Subscriptions()
    {
        JsonObject Subscription(string name) => new() { ["pubsubname"] = "bus", ["topic"] = $"{name}-{run}", ["route"] = $"/{name}" };
        JsonObject fail = Subscription("fail");
        fail["deadLetterTopic"] = $"dead-{run}";
        JsonObject rules = Subscription("rules");
        rules.Remove("route");
        rules["routes"] = JsonNode.Parse("""
            {"rules":[{"match":"event.type == \"job.done\"","path":"/rule-type"},
            {"match":"event.data.owner == \"x\"","path":"/rule-owner"}],"default":"/rule-default"}
            """);
        JsonObject raw = Subscription("raw");
        raw["metadata"] = new JsonObject { ["rawPayload"] = "true" };
        JsonObject bulk = Subscription("bulk");
        bulk["bulkSubscribe"] = JsonNode.Parse("""{"enabled":true,"maxMessagesCount":10,"maxAwaitDurationMs":200}""");
        return
        [
            Subscription("ok"), Subscription("retry"), fail, Subscription("dead"),
            Subscription("drop"), Subscription("gone"), Subscription("odd"), Subscription("down"), rules, raw, bulk,
        ];
    }

    private static Task JsonAsync(HttpContext context, int status, JsonNode body) => RawAsync(context, status, body.ToJsonString());

    private static Task RawAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body, context.RequestAborted);
    }

    private static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
