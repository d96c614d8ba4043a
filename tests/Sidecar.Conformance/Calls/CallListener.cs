using System.Net;
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
