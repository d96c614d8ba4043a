using System.Net;
using System.Net.Sockets;
using LocalSidecar.Tests.Support;

namespace LocalSidecar.Tests.Api.Http;

public sealed class RequestBodyTests
{
    /// <summary>L5: a body that is begun and never finished would hold its memory for ever.</summary>
    [Theory]
    [InlineData("POST /v1.0/state/jobs")]
    [InlineData("POST /v1.0/publish/bus/numbers")]
    public async Task Body_ThatIsNeverFinished_IsGivenUpWith408(string request)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, sidecar.Host.Ports["worker"]);
        await using var stream = new NetworkStream(socket);

        await stream.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes($"{request} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4000000\r\n\r\n[{{"));
        using var answer = new StreamReader(stream);

        Assert.StartsWith("HTTP/1.1 408", await answer.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)), StringComparison.Ordinal);
    }
}
