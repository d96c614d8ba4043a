using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;
using LocalSidecar.Api;
using LocalSidecar.CommandLine;
using LocalSidecar.Errors;
using LocalSidecar.Hosting;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.Hosting;

/// <summary>Public report 14: <c>localhost</c> is 127.0.0.1 to some and ::1 to others, and the sidecar was on one of them only.</summary>
public sealed class LoopbackTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("localhost")]
    public async Task Sidecar_OnAPort_AnswersOnBothLoopbacks(string host)
    {
        (int http, int grpc) = (FreePort.Next(), FreePort.Next());
        await using TestSidecar sidecar = await TestSidecar.StartAsync(
            [("worker", null)], change: app => app with { HttpPort = http, GrpcPort = grpc });
        using var channel = GrpcChannel.ForAddress($"http://{host}:{grpc}");

        using HttpResponseMessage answer = await sidecar.Http.GetAsync(new Uri($"http://{host}:{http}/v1.0/metadata"));
        await new Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient(channel).GetMetadataAsync(new());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Another program on ::1 took half of the callers, and nobody was told.</summary>
    [Theory]
    [InlineData("::1")]
    [InlineData("127.0.0.1")]
    public async Task Port_TakenOnOneLoopback_IsSaidWithTheAddress(string address)
    {
        using var squatter = new TcpListener(IPAddress.Parse(address), 0);
        squatter.Start();
        int port = ((IPEndPoint)squatter.LocalEndpoint).Port;

        StartException refusal = await Assert.ThrowsAsync<StartException>(() => SidecarHost.StartAsync(
            new SidecarOptions([new AppSettings { AppId = "worker", HttpPort = port }], null, []),
            new Tokens(null, null),
            TimeProvider.System,
            new LogLines()));

        Assert.Contains($"port {port} is taken", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(address, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("[::1]")]
    public async Task App_OnTheOtherLoopback_IsFoundAndCalled(string address)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://[::1]:0");
        await using WebApplication app = builder.Build();
        app.MapGet("/m", () => "here");
        await app.StartAsync();
        int port = new Uri(app.Urls.First()).Port;
        await using TestSidecar sidecar = await TestSidecar.StartAsync(
            [("worker", port)], change: other => other.TryWith("appChannelAddress", address, "", out other) ? other : other);
        await sidecar.ReadyAsync();

        Assert.Equal("here", await sidecar.Http.GetStringAsync(sidecar.Url("/v1.0/invoke/worker/method/m")));
    }

    [Theory]
    [InlineData("--app-channel-address", "localhost:5087")]
    [InlineData("--app-channel-address", "http://localhost")]
    [InlineData("--app-channel-address", "[::1]:5087")]
    [InlineData("--app-channel-address", "a b")]
    [InlineData("--allowed-origins", "localhost:3000")]
    [InlineData("--allowed-origins", "https://shop.example.com/app")]
    [InlineData("--dapr-http-port", "http://localhost:3500")]
    [InlineData("--dapr-http-port", "65536")]
    [InlineData("--app-port", "-1")]
    public void Flag_WithAnAddressThatIsNone_IsNamedWithTheRightForm(string flag, string value)
    {
        StartException refusal = Assert.Throws<StartException>(() => SidecarOptions.Parse(["--app-id", "a", flag, value]));

        Assert.StartsWith(flag, refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith($"not '{value}'.", refusal.Message, StringComparison.Ordinal);
    }
}
