using System.Net;
using System.Net.Sockets;
using System.Text;
using JobOrchestrator.Tests.Features;
using TestSupport;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>H6's kind: whoever read slowly held a whole page, and any number could, for hours.</summary>
public sealed class SlowReadersTests
{
    [Fact]
    public async Task List_WhileASlowReaderHoldsAllTheRoom_Is429UntilHeHasGone()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            kestrel: true, settings: new() { ["Api:ValueBytesMax"] = "500000", ["Api:AnswersBytesMax"] = "1048576" });
        for (int i = 0; i < 20; i++)
        {
            await host.SubmitAsync($$"""{"input":"{{new string('x', 400_000)}}"}""");
        }

        // One of them may itself find no room, while a page is read here.
        var slow = new List<Socket>();
        await Eventually.TrueAsync(
            async () =>
            {
                slow.Add(await BeginAsync(host));
                return (await host.GetAsync("/jobs?limit=100")).Status == HttpStatusCode.TooManyRequests;
            },
            "the room is taken");

        Answer third = await host.GetAsync("/jobs?limit=100");
        Answer small = await host.GetAsync("/queues/default");
        Answer leased = await host.PostAsync("/queues/default/lease", """{"worker":"w","max":20}""");

        third.ShouldBeProblem(HttpStatusCode.TooManyRequests, "too-busy");
        Assert.NotNull(third["Retry-After"]);
        Assert.Equal(HttpStatusCode.OK, small.Status);
        Assert.Equal(HttpStatusCode.OK, leased.Status);
        Assert.True(leased.Json.GetArrayLength() > 1);
        slow.ForEach(reader => reader.Dispose());
        await Eventually.TrueAsync(
            async () => (await host.GetAsync("/jobs?limit=100")).Status == HttpStatusCode.OK, "there is room again");
    }

    /// <summary>One who asks for a page and does not read it.</summary>
    private static async Task<Socket> BeginAsync(ApiHost host)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(host.Address.Host, host.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /jobs?limit=100 HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        return socket;
    }
}
