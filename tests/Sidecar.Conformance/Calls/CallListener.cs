using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sidecar.Conformance.Calls;

/// <summary>A gRPC server as bare as can be. Can be away for a while and come back on the same port.</summary>
internal sealed class CallListener(int port, Func<IncomingCall, Task> answer) : IAsyncDisposable
{
    private const int LargestHeaders = 1 << 20;

    private WebApplication? _app;

    public async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = LargestHeaders;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        _app = builder.Build();
        _app.Run(context => answer(new IncomingCall(context)));
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
}

/// <summary>A call that has come.</summary>
internal sealed class IncomingCall(HttpContext context)
{
    public HttpContext Context => context;

    public string Method => context.Request.Path.Value!;

    public CancellationToken Aborted => context.RequestAborted;

    public ImmutableSortedDictionary<string, string[]> Metadata { get; } = context.Request.Headers
        .ToImmutableSortedDictionary(
            header => header.Key.ToLowerInvariant(), header => header.Value.Select(value => value!).ToArray(), StringComparer.Ordinal);

    /// <summary>Waits; less, when the caller goes away.</summary>
    public async Task DelayAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, Aborted);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits any more.
        }
    }

    public Task<byte[]?> ReadAsync() => Frames.ReadAsync(context.Request.Body, Aborted);

    /// <summary>Adds a header before the first message, or before <see cref="StartAsync"/>.</summary>
    public void Header(string name, params string[] values) => context.Response.Headers[name] = values;

    /// <summary>Sends the headers.</summary>
    public async Task StartAsync()
    {
        context.Response.ContentType ??= "application/grpc";
        await context.Response.StartAsync(Aborted);
        await context.Response.Body.FlushAsync(Aborted);
    }

    public async Task WriteAsync(byte[] message)
    {
        context.Response.ContentType ??= "application/grpc";
        await context.Response.Body.WriteAsync(Frames.Frame(message), Aborted);
        await context.Response.Body.FlushAsync(Aborted);
    }

    /// <summary>Ends the call: by trailers, or by headers alone where nothing has been sent yet.</summary>
    public void End(int code, string message = "", JsonArray? details = null, JsonObject? trailers = null)
    {
        context.Response.ContentType ??= "application/grpc";
        IHeaderDictionary ending = context.Response.HasStarted
            ? context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
            : context.Response.Headers;
        ending["grpc-status"] = code.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (message.Length > 0)
        {
            ending["grpc-message"] = Uri.EscapeDataString(message);
        }

        if (StatusDetails.ToHeader(code, message, details) is { } bytes)
        {
            ending["grpc-status-details-bin"] = bytes;
        }

        foreach ((string name, JsonNode? value) in trailers ?? [])
        {
            ending[name] = value!.GetValue<string>();
        }
    }
}
