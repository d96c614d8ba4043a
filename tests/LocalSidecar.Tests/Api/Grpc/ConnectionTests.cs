using System.Net;
using System.Net.Sockets;
using LocalSidecar.Tests.Support;

namespace LocalSidecar.Tests.Api.Grpc;

public sealed class ConnectionTests
{
    [Fact]
    public async Task Connection_WithoutACall_StaysOpen()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, sidecar.Host.GrpcPorts["worker"]);
        await using var stream = new NetworkStream(socket);

        // HTTP/2's first words and empty settings; Kestrel looks after its connections once a second.
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray());
        using var twoLooks = new CancellationTokenSource(TimeSpan.FromSeconds(2.5));
        byte[] buffer = new byte[4096];
        int last = 1;
        while (last > 0 && !twoLooks.IsCancellationRequested)
        {
            try
            {
                last = await stream.ReadAsync(buffer, twoLooks.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        Assert.True(last > 0, "the sidecar closed it");
    }
}
