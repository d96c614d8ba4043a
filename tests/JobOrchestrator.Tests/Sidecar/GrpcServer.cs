using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace JobOrchestrator.Tests.Sidecar;

/// <summary>A real Kestrel that speaks gRPC frame by frame, so that it can fail as a sidecar, a proxy or a network does.</summary>
internal sealed class GrpcServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GrpcServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="answer">Answers every call.</param>
    /// <param name="port">Where to listen; 0: any free port.</param>
    public static async Task<GrpcServer> StartAsync(RequestDelegate answer, int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = null;
            server.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new GrpcServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    /// <summary>The name of the called method.</summary>
    public static string MethodOf(HttpContext http) => http.Request.Path.Value!.Split('/')[^1];

    /// <summary>The call's message.</summary>
    public static async Task<T> ReadAsync<T>(HttpContext http)
        where T : IMessage<T>, new()
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        return new MessageParser<T>(() => new T()).ParseFrom(body.ToArray(), 5, (int)body.Length - 5);
    }

    /// <summary>Headers, the message, and OK.</summary>
    public static async Task AnswerAsync(HttpContext http, IMessage message)
    {
        await BeginAsync(http);
        await http.Response.Body.WriteAsync(Frame(message.ToByteArray()));
        http.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>Headers, then a status as trailers: how a sidecar answers whose work has failed.</summary>
    public static async Task FailAsync(HttpContext http, StatusCode code, string text)
    {
        await BeginAsync(http);
        http.Response.AppendTrailer("grpc-status", Number(code));
        http.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(text));
    }

    /// <summary>A status in the only headers: how a sidecar answers that has not begun.</summary>
    public static Task FailAtOnceAsync(HttpContext http, StatusCode code, string text)
    {
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = Number(code);
        http.Response.Headers["grpc-message"] = Uri.EscapeDataString(text);
        return Task.CompletedTask;
    }

    /// <summary>Headers on the wire, nothing behind them yet.</summary>
    public static async Task BeginAsync(HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        await http.Response.StartAsync();
        await http.Response.Body.FlushAsync();
    }

    /// <summary>The first bytes of a message of a hundred, on the wire.</summary>
    public static async Task BeginMessageAsync(HttpContext http)
    {
        await BeginAsync(http);
        await http.Response.Body.WriteAsync(Frame(new byte[100]).AsMemory(0, 20));
        await http.Response.Body.FlushAsync();
    }

    /// <summary>Breaks the TCP connection.</summary>
    public static void Cut(HttpContext http) => http.Features.Get<IConnectionLifetimeFeature>()!.Abort();

    private static string Number(StatusCode code) => ((int)code).ToString(CultureInfo.InvariantCulture);

    private static byte[] Frame(byte[] message)
    {
        byte[] frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }
}
