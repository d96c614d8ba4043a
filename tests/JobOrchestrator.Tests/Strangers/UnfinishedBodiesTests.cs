using System.Net;
using System.Net.Sockets;
using System.Text;
using JobOrchestrator.Tests.Features;
using TestSupport;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>Security review M8's kind: bodies that announce much, and bodies that never end.</summary>
public sealed class UnfinishedBodiesTests
{
    private const string Chunked = "Transfer-Encoding: chunked";
    private const string Announced = "Content-Length: 1000000";

    /// <summary>
    /// A few that had sent next to nothing took all the room there is for bodies, and everybody else's request in chunks or of 16 KB was
    /// 429 for as long as they liked.
    /// </summary>
    [Theory]
    [InlineData(Chunked, "1\r\n[\r\n")]
    [InlineData(Announced, "[")]
    public async Task Body_ThatOnlyAnnouncesMuch_KeepsNobodyOut(string header, string first)
    {
        await using ApiHost host = await ApiHost.StartAsync(
            kestrel: true, settings: new() { ["Api:BodiesBytesMax"] = "1048576", ["Api:BatchBytesMax"] = "1048576" });
        using Socket one = await BeginAsync(host, header, first);
        using Socket two = await BeginAsync(host, header, first);

        Answer others = await host.PostAsync("/jobs/batch", $$"""[{"queue":"q","input":"{{new string('x', 100_000)}}"}]""");

        Assert.Equal(HttpStatusCode.Accepted, others.Status);
    }

    /// <summary>The server's bound is one of the mean rate: whoever had sent much at once could hold it for hours.</summary>
    [Fact]
    public async Task Body_ThatDoesNotEnd_Is408AfterItsTime()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true, settings: new() { ["Api:BodySecondsMax"] = "20" });
        using Socket socket = await BeginAsync(host, Announced, new string(' ', 500_000));

        await Eventually.TrueAsync(
            async () =>
            {
                await host.AdvanceAsync(TimeSpan.FromSeconds(1));
                return socket.Available > 0;
            },
            "there is an answer");

        byte[] answer = new byte[100];
        int length = await socket.ReceiveAsync(answer);
        Assert.StartsWith("HTTP/1.1 408 ", Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
    }

    /// <summary>A request whose body has begun to be read.</summary>
    private static async Task<Socket> BeginAsync(ApiHost host, string header, string first)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host.Address.Host, host.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /jobs/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{header}\r\n"
                + "Expect: 100-continue\r\n\r\n"));
        Assert.True(await socket.ReceiveAsync(new byte[100]) > 0);
        await socket.SendAsync(Encoding.ASCII.GetBytes(first));
        return socket;
    }
}
