using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sidecar.Conformance.Recorded;

namespace Sidecar.Conformance.Calls;

/// <summary>The recordings' app of protocol http.</summary>
internal sealed class HttpCallApp(int port, string run) : ICallApp
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    private readonly Arrivals _arrivals = new();
    private WebApplication? _app;

    public IReadOnlyList<Event> Events => _arrivals.Events;

    public TimeSpan Quiet => _arrivals.Quiet;

    public async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
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
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        string text = Encoding.UTF8.GetString(body.ToArray());
        switch (path.Split('/')[1])
        {
            case "dapr":
                await (path == "/dapr/subscribe" ? JsonAsync(context, Subscriptions()) : StatusAsync(context, 404));
                break;
            case "echo":
                context.Response.Headers["X-App"] = "one";
                context.Response.Headers["X-App-Two"] = new[] { "a", "b" };
                await JsonAsync(context, Echo(context, text));
                break;
            case "text":
                await BytesAsync(context, "text/plain; charset=utf-8", "hällo"u8.ToArray());
                break;
            case "bytes":
                await BytesAsync(context, "application/octet-stream", [0x00, 0xFF, 0x01]);
                break;
            case "code":
                await CodeAsync(context, int.Parse(path.Split('/')[2], CultureInfo.InvariantCulture));
                break;
            case "length":
                await JsonAsync(context, new JsonObject { ["length"] = body.Length });
                break;
            case "big":
                byte[] big = new byte[int.Parse(context.Request.Query["n"]!, CultureInfo.InvariantCulture)];
                big.AsSpan().Fill((byte)'y');
                await BytesAsync(context, "application/octet-stream", big);
                break;
            case "slow":
                await SlowAsync(context);
                break;
            case "empty":
                break;
            default:
                _arrivals.Add(CallEvent.OfHttp(path, text, Headers(context), run));
                if (path == "/bulk")
                {
                    await JsonAsync(context, Statuses(text));
                }

                break;
        }
    }

    private async Task SlowAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Slow, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            _arrivals.Add([CallEvent.CancelledInvocation]);
        }
    }

    private static Dictionary<string, string> Headers(HttpContext context) =>
        context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString());

    private static JsonObject Echo(HttpContext context, string body) => new()
    {
        ["body"] = body,
        ["headers"] = JsonSerializer.SerializeToNode(Headers(context)),
        ["length"] = Encoding.UTF8.GetByteCount(body),
        ["path"] = context.Request.Path + context.Request.QueryString,
        ["verb"] = context.Request.Method,
    };

    private static JsonObject Statuses(string body) => new()
    {
        ["statuses"] = new JsonArray([.. JsonNode.Parse(body)!["entries"]!.AsArray()
            .Select(entry => new JsonObject { ["entryId"] = entry!["entryId"]!.DeepClone(), ["status"] = "SUCCESS" })]),
    };

    private JsonArray Subscriptions()
    {
        JsonObject Subscription(string name) => new() { ["pubsubname"] = "bus", ["topic"] = $"{name}-{run}", ["route"] = $"/{name}" };
        JsonObject raw = Subscription("raw");
        raw["metadata"] = new JsonObject { ["rawPayload"] = "true" };
        JsonObject rules = Subscription("rules");
        rules.Remove("route");
        rules["routes"] = JsonNode.Parse("""
            {"rules":[{"match":"event.type == \"job.done\"","path":"/rule-type"},
            {"match":"event.data.owner == \"x\"","path":"/rule-owner"}],"default":"/rule-default"}
            """);
        JsonObject bulk = Subscription("bulk");
        bulk["bulkSubscribe"] = JsonNode.Parse("""{"enabled":true,"maxMessagesCount":10,"maxAwaitDurationMs":200}""");
        return [Subscription("ok"), raw, rules, bulk, Subscription("dead")];
    }

    private static Task CodeAsync(HttpContext context, int code)
    {
        context.Response.StatusCode = code;
        context.Response.Headers["X-App"] = "code";
        return code is 204 or 304 ? Task.CompletedTask : JsonAsync(context, new JsonObject { ["code"] = code });
    }

    private static Task JsonAsync(HttpContext context, JsonNode body) =>
        BytesAsync(context, "application/json", Encoding.UTF8.GetBytes(body.ToJsonString()));

    private static async Task BytesAsync(HttpContext context, string contentType, byte[] body)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (context.Request.Method != "HEAD")
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
