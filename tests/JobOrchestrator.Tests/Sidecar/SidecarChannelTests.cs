using System.Diagnostics;
using Google.Protobuf;
using JobOrchestrator.Shards;
using JobOrchestrator.Sidecar;
using TestSupport;
using Autogen = Dapr.Client.Autogen.Grpc.v1;

namespace JobOrchestrator.Tests.Sidecar;

/// <summary>The channel's tuning, as a caller notices it.</summary>
public sealed class SidecarChannelTests
{
    private static readonly Autogen.GetStateResponse Document = new() { Data = ByteString.CopyFromUtf8("{}"), Etag = "1" };

    [Fact]
    public async Task SidecarWasAwayForAWhile_IsFoundAtOnceWhenItIsBack()
    {
        int port = FreePort.Next();
        using GrpcStateStore store = Clients.Store(new Uri($"http://127.0.0.1:{port}"));
        long away = Stopwatch.GetTimestamp();

        // Long enough for ten tries of the channel's at least: by default it would now wait for seconds between them.
        await Eventually.TrueAsync(
            async () =>
            {
                await Assert.ThrowsAsync<NeverSentException>(() => store.GetAsync("key", "partition", CancellationToken.None));
                return Stopwatch.GetElapsedTime(away) > TimeSpan.FromSeconds(5);
            },
            "five seconds of calls that fail");
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http => GrpcServer.AnswerAsync(http, Document), port);
        long back = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(
            async () => await store.GetAsync("key", "partition", CancellationToken.None) is not null, "the sidecar is found");

        Assert.InRange(Stopwatch.GetElapsedTime(back), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task MoreCallsAtOnce_ThanOneConnectionCarries_AllGoOut()
    {
        const int Calls = 150;
        int arrived = 0;
        var all = new TaskCompletionSource();
        await using GrpcServer sidecar = await GrpcServer.StartAsync(async http =>
        {
            if (Interlocked.Increment(ref arrived) == Calls)
            {
                all.SetResult();
            }

            await all.Task.WaitAsync(http.RequestAborted);
            await GrpcServer.AnswerAsync(http, Document);
        });
        using GrpcStateStore store = Clients.Store(sidecar.Address, TimeSpan.FromSeconds(20));

        StoredItem?[] found = await Task.WhenAll(
            Enumerable.Range(0, Calls).Select(_ => store.GetAsync("key", "partition", CancellationToken.None)));

        Assert.All(found, item => Assert.NotNull(item));
    }

    [Theory]
    [InlineData("DAPR_GRPC_ENDPOINT", "http://127.0.0.1:6001", "127.0.0.1:6001")]
    [InlineData("DAPR_GRPC_PORT", "6002", "localhost:6002")]
    public void Target_IsWhatDaprsSettingsSay(string setting, string value, string target)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new(setting, value)]).Build();

        using Grpc.Net.Client.GrpcChannel channel = SidecarChannel.Open(configuration);

        Assert.Equal(target, channel.Target);
    }
}
