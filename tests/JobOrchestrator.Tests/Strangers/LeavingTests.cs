using System.Net.Sockets;
using System.Text;
using JobOrchestrator.Tests.Features;
using JobOrchestrator.Tests.Push;

namespace JobOrchestrator.Tests.Strangers;

public sealed class LeavingTests
{
    /// <summary>Security review L9: each client that left amid a body made a warning with a stack trace.</summary>
    [Theory]
    [InlineData("POST /jobs")]
    [InlineData("POST /jobs/batch")]
    [InlineData("POST /v1/queues/jobs")]
    public async Task Client_ThatLeavesAmidABody_IsNothingToLog(string request)
    {
        var log = new LogLines();
        await using (ApiHost host = await ApiHost.StartAsync(kestrel: true, log: log))
        {
            for (int i = 0; i < 10; i++)
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
                await socket.ConnectAsync(host.Address.Host, host.Address.Port);
                await socket.SendAsync(Encoding.ASCII.GetBytes(
                    $"{request} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n"
                        + "Expect: 100-continue\r\n\r\n"));

                // The service has asked for the body, so it is reading it.
                Assert.True(await socket.ReceiveAsync(new byte[100]) > 0);
                await socket.SendAsync("{"u8.ToArray());
            }

            await host.StopAsync();
        }

        Assert.Empty(log.Of(LogLevel.Warning, "").Concat(log.Of(LogLevel.Error, "")));
    }
}
