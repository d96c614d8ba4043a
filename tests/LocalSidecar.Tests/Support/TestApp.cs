using System.Collections.Concurrent;
using System.Text.Json;

namespace LocalSidecar.Tests.Support;

/// <summary>An app behind a sidecar: says what it subscribes to and answers deliveries as the test wants.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestApp(WebApplication app, int port)
    {
        _app = app;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Everything delivered, in order of arrival.</summary>
    public ConcurrentQueue<Received> Received { get; } = new();

    /// <summary>The bodies delivered to a path, as the number in their <c>data</c>.</summary>
    public IReadOnlyList<int> Numbers(string path) =>
        [.. Received.Where(received => received.Path == path).Select(static received => received.Json.GetProperty("data").GetInt32())];

    /// <param name="port">Where it listens.</param>
    /// <param name="subscriptions">What it answers to the sidecar's question; null for 404.</param>
    /// <param name="answer">Answers a delivery: status and body. Null: 200 to everything.</param>
    public static async Task<TestApp> StartAsync(int port, string? subscriptions, Func<Received, (int Status, string Body)>? answer = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        WebApplication web = builder.Build();
        var app = new TestApp(web, port);
        web.Run(async context =>
        {
            if (context.Request.Path == "/dapr/subscribe")
            {
                context.Response.StatusCode = subscriptions is null ? 404 : 200;
                await context.Response.WriteAsync(subscriptions ?? "");
                return;
            }

            using var reader = new StreamReader(context.Request.Body);
            var received = new Received(
                context.Request.Path.Value!,
                await reader.ReadToEndAsync(),
                context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
            app.Received.Enqueue(received);
            (int status, string? body) = answer?.Invoke(received) ?? (200, "");
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
        });
        await web.StartAsync();
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>One delivery.</summary>
internal sealed record Received(
    string Path, string Body, IReadOnlyDictionary<string, Microsoft.Extensions.Primitives.StringValues> Headers)
{
    public JsonElement Json => JsonElement.Parse(Body);
}
