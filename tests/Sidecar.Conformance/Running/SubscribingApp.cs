using System.Collections.Concurrent;
using System.Text.Json;
using Dapr;
using Dapr.Client;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Sidecar.Conformance.Running;

/// <summary>A service as ours are written, with LocalSidecar at its side; tokens both ways.</summary>
public sealed class SubscribingApp : IAsyncLifetime
{
    public const string SidecarToken = "sidecar-secret";
    private const string AppToken = "app-secret";

    private readonly RunFolder _folder = new("own", "common");
    private readonly ConcurrentQueue<(string Route, JsonElement Data)> _received = new();
    private WebApplication? _app;
    private LocalSidecarProcess? _sidecar;

    public Uri GrpcAddress => _sidecar!.GrpcAddress;

    public DaprClient Client => _app!.Services.GetRequiredService<DaprClient>();

    public async ValueTask InitializeAsync()
    {
        int[] ports = Ports.Free(2);
        _sidecar = LocalSidecarProcess.Start(
            _folder, ports[1], ports[0], new Dictionary<string, string>
            {
                ["DAPR_API_TOKEN"] = SidecarToken,
                ["APP_API_TOKEN"] = AppToken
            });

        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{ports[0]}");
        builder.Services.AddDaprClient(client => client
            .UseHttpEndpoint(_sidecar.Address.ToString())
            .UseGrpcEndpoint(_sidecar.GrpcAddress.ToString())
            .UseDaprApiToken(SidecarToken));
        builder.Services.AddAuthentication().AddDapr(options => options.Token = AppToken);
        builder.Services.AddAuthorization(options => options.AddDapr());
        _app = builder.Build();
        _app.UseCloudEvents();
        _app.MapSubscribeHandler();
        Take("/mine").WithTopic(
            new TopicOptions { PubsubName = "bus", Name = "jobs", Match = "has(event.data.owner) && event.data.owner == \"me\"" });
        Take("/others").WithTopic("bus", "jobs");
        _app.MapPost("/greet", (JsonElement request) => new { hello = request.GetProperty("name").GetString() });
        await _app.StartAsync();
        await Client.WaitForSidecarAsync();
        using var http = new HttpClient();
        await _sidecar.ReadyAsync(http);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_sidecar is not null)
        {
            await _sidecar.DisposeAsync();
        }
        // After the processes have ended: the folder is theirs till then.
        _folder.Dispose();
    }

    /// <summary>The data that came to a route, once there is so much of it.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReceivedAsync(string route, int count, Func<JsonElement, bool> these)
    {
        List<JsonElement> Find() => [.. _received.Where(one => one.Route == route && these(one.Data)).Select(one => one.Data)];
        Assert.True(
            await Eventually.IsAsync(() => Task.FromResult(Find().Count >= count)),
            $"Only {Find().Count} of {count} came to {route}.\n{_sidecar!.Output}");
        return Find();
    }

    private RouteHandlerBuilder Take(string route) =>
        _app!.MapPost(route, (JsonElement data) => _received.Enqueue((route, data))).RequireAuthorization("Dapr");
}
