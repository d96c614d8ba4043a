using System.Net;
using Google.Protobuf;
using JobOrchestrator.Sidecar;
using TestSupport;
using Autogen = Dapr.Client.Autogen.Grpc.v1;

namespace JobOrchestrator.Tests.Sidecar;

/// <summary>Alone, for the proxy is the whole process's.</summary>
[CollectionDefinition(nameof(SidecarProxyTests), DisableParallelization = true)]
public sealed class SidecarProxyGroup;

/// <summary>A company's proxy cannot reach a sidecar on this machine, and is not asked to, be there a <c>NO_PROXY</c> or not.</summary>
[Collection(nameof(SidecarProxyTests))]
public sealed class SidecarProxyTests : IDisposable
{
    private readonly IWebProxy _before = HttpClient.DefaultProxy;

    public SidecarProxyTests() => HttpClient.DefaultProxy = new WebProxy(new Uri($"http://127.0.0.1:{FreePort.Next()}"));

    public void Dispose() => HttpClient.DefaultProxy = _before;

    [Fact]
    public async Task SidecarOnLoopback_IsAskedDirectly()
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http => GrpcServer.AnswerAsync(
            http, new Autogen.GetStateResponse { Data = ByteString.CopyFromUtf8("{}"), Etag = "1" }));
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        Assert.NotNull(await store.GetAsync("key", "partition", CancellationToken.None));
    }
}
