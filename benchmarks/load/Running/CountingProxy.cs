using System.Net;
using Dapr.Client.Autogen.Grpc.v1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Load;

/// <summary>
/// Stands between JobOrchestrator and its sidecar's gRPC port and counts what goes there: on a real Dapr that is what a job costs. It
/// costs time itself, so nothing is timed through it.
/// </summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private const int FrameBytes = 5; // compressed or not, and the message's length

    // Longer than what events are gathered for, and shorter than an idle holder's next renewal.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    private const int MessageBytesMax = 64 * 1024 * 1024;

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _sidecar = new(new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true });
    private readonly Lock _lock = new();
    private SidecarCounts _counts;

    private CountingProxy(WebApplication app, int sidecarPort)
    {
        _app = app;
        app.Run(http => ForwardAsync(http, new Uri($"http://127.0.0.1:{Ports.Text(sidecarPort)}")));
    }

    public int Port { get; private set; }

    public SidecarCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return _counts;
            }
        }
    }

    /// <summary>What was sent once nothing more is: events are published after their jobs' callers are answered.</summary>
    public async Task<SidecarCounts> QuietAsync()
    {
        SidecarCounts before;
        do
        {
            before = Counts;
            await Task.Delay(Quiet);
        }
        while (Counts != before);
        return before;
    }

    public static async Task<CountingProxy> StartAsync(int sidecarPort)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MessageBytesMax;
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
        });
        var proxy = new CountingProxy(builder.Build(), sidecarPort);
        await proxy._app.StartAsync();
        string address = proxy._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        proxy.Port = new Uri(address).Port;
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _sidecar.Dispose();
    }

    private async Task ForwardAsync(HttpContext http, Uri sidecar)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        Note(http.Request.Path, body.GetBuffer().AsSpan(0, (int)body.Length));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sidecar, http.Request.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body.GetBuffer(), 0, (int)body.Length),
        };
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in http.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        using HttpResponseMessage answer = await _sidecar.SendAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
        foreach ((string name, IEnumerable<string> values) in answer.TrailingHeaders)
        {
            http.Response.AppendTrailer(name, values.ToArray());
        }
    }

    private void Note(string path, ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> message = body[FrameBytes..];
        (int documents, int events) = path[(path.LastIndexOf('/') + 1)..] switch
        {
            "ExecuteStateTransaction" => (ExecuteStateTransactionRequest.Parser.ParseFrom(message).Operations.Count, 0),
            "SaveState" => (SaveStateRequest.Parser.ParseFrom(message).States.Count, 0),
            "DeleteState" => (1, 0),
            "PublishEvent" => (0, 1),
            "BulkPublishEvent" or "BulkPublishEventAlpha1" => (0, BulkPublishRequest.Parser.ParseFrom(message).Entries.Count),
            _ => (0, 0),
        };
        lock (_lock)
        {
            _counts = new SidecarCounts(
                _counts.Requests + 1, _counts.Documents + documents, _counts.Bytes + body.Length, _counts.Events + events);
        }
    }
}
