using Grpc.AspNetCore.Server.Model;
using LocalSidecar.Api;
using LocalSidecar.Api.Grpc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LocalSidecar.Hosting;

/// <summary>Everything behind one sidecar's gRPC port: HTTP/2 without TLS, on this machine alone.</summary>
internal sealed class GrpcServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private GrpcServer(WebApplication application)
    {
        _application = application;
        Port = new Uri(application.Urls.First()).Port;
    }

    /// <summary>The port that it listens on; known for ever.</summary>
    public int Port { get; }

    /// <summary>Listens.</summary>
    /// <param name="sidecar">Whose; its settings say where.</param>
    /// <param name="service">Answers.</param>
    /// <param name="loggers">Outlives the server.</param>
    /// <exception cref="IOException">It cannot listen there.</exception>
    public static async Task<GrpcServer> StartAsync(Sidecar sidecar, DaprService service, ILoggerFactory loggers)
    {
        // An empty builder: nothing of the environment (ASPNETCORE_URLS, appsettings.json) that is meant for an app counts here.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Configure(options, sidecar));
        var sizes = new MessageSizes(sidecar.Settings.MaxBodySize);
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, StoppedByItsOwner>();
        builder.Services.AddSingleton(service);
        builder.Services.AddRouting();
        builder.Services.AddGrpc(options =>
        {
            options.IgnoreUnknownServices = true;
            options.MaxReceiveMessageSize = (int)sizes.Max;

            // What is too large to send is refused by MessageSizes, in daprd's words.
            options.MaxSendMessageSize = null;
        });
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IServiceMethodProvider<DaprService>>(new DaprMethods(sizes)));

        WebApplication application = builder.Build();
        var gate = new GrpcGate(sidecar, sizes, GrpcGate.MessageTime);
        application.Use(gate.EnterAsync);
        application.UseRouting();
        application.Use(gate.MeasureAsync);
        application.MapGrpcService<DaprService>();
        application.UseEndpoints(static _ => { });
        application.Run(GrpcGate.LackAsync);
        try
        {
            await application.StartAsync();
            return new GrpcServer(application);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops: no new calls, and those under way get to their end until the token fires.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _application.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static void Configure(KestrelServerOptions options, Sidecar sidecar)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;

        // A connection without calls stays: a client that sends into one as it closes could not know what became of the call.
        // Not infinite: Kestrel adds that to the time it is, and what comes out is in the past.
        options.Limits.KeepAliveTimeout = TimeSpan.FromDays(365);

        // Every open stream counts, and clients put all they do into one connection.
        options.Limits.Http2.MaxStreamsPerConnection = 4096;

        // daprd takes large metadata.
        options.Limits.MaxRequestHeadersTotalSize = 1 << 20;
        options.Limits.Http2.MaxRequestHeaderFieldSize = 1 << 20;
        Loopback.Listen(options, sidecar.Settings.GrpcPort, static listen => listen.Protocols = HttpProtocols.Http2);
    }

    /// <summary>Signals are the process's business; it stops this server with all the others.</summary>
    private sealed class StoppedByItsOwner : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
