using System.Text.Json.Nodes;
using Sidecar.Conformance.Recorded;
using Sidecar.Conformance.Running;

namespace Sidecar.Conformance.Calls;

/// <summary>The replay itself: it passes on what a real sidecar has answered, and on nothing else.</summary>
public sealed class SelfReplayTests
{
    private const string Run = "r123456789";

    private static readonly ReplayPace Brisk = new(0.01, TimeSpan.Zero, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(500));

    [Theory]
    [InlineData("in-memory", "http")]
    [InlineData("in-memory", "grpc")]
    [InlineData("in-memory", "health")]
    [InlineData("in-memory+retry", "http")]
    [InlineData("in-memory+retry", "grpc")]
    [InlineData("in-memory+tokens", "http")]
    [InlineData("in-memory+tokens", "grpc")]
    public async Task Recording_AnsweredFromItself_ShowsNoDifference(string name, string app)
    {
        CallRecording recording = CallRecording.Read(name).Of(app);

        IReadOnlyList<Difference> differences = await ReplayAsync(recording, recording);

        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    [Fact]
    public async Task Recording_AnsweredWithOneByteChanged_ShowsThat()
    {
        CallRecording recording = CallRecording.Read("in-memory").Of("http");
        CallRecording answers = Changed(recording, "get number", exchange =>
            exchange with { Response = new JsonObject { ["data"] = "MTg=", ["etag"] = exchange.Response!["etag"]!.DeepClone() } });

        IReadOnlyList<Difference> differences = await ReplayAsync(recording, answers);

        Assert.Equal([new Difference("http: get number", "response at $.data", "\"MTc=\"", "\"MTg=\"")], differences);
    }

    [Fact]
    public async Task Recording_OneEventDeliveredTwiceAndAStreamEndedOtherwise_ShowsBoth()
    {
        CallRecording recording = CallRecording.Read("in-memory").Of("grpc");
        CallDelivery routed = recording.Deliveries.Single(
            delivery => delivery.Request is JsonObject request && request["path"]?.GetValue<string>() == "/here");
        CallRecording answers = Changed(recording, "stream: raw payload", exchange => exchange with { Code = 0, Message = null });

        answers = answers with { Deliveries = [routed, .. answers.Deliveries] };

        IReadOnlyList<Difference> differences = await ReplayAsync(recording, answers);

        Assert.Equal(
            [("grpc: stream: raw payload", "code"), ("OnTopicEvent:routed-RUN {\"a\":\"routed\"}", "times delivered")],
            differences.Select(difference => (difference.Where, difference.What)));
    }

    private static CallRecording Changed(CallRecording recording, string name, Func<CallExchange, CallExchange> change) =>
        recording with { Exchanges = [.. recording.Exchanges.Select(exchange => exchange.Name == name ? change(exchange) : exchange)] };

    private static async Task<IReadOnlyList<Difference>> ReplayAsync(CallRecording recording, CallRecording answers)
    {
        int port = Ports.Free(1)[0];
        await using ICallApp app = CallApps.Of(recording, port, Run);
        await using RecordedSidecar sidecar = new(answers, port, Run);
        await sidecar.StartAsync();
        CallRecording marked = recording with { Wire = [.. recording.Wire.Select(Marked)] };
        using CallReplay replay = new(marked, sidecar.Target, app, Run, [], Brisk);
        return await replay.RunAsync();
    }

    /// <summary>A raw request with its name on it: many are the same but for what the answering side cannot see.</summary>
    private static WireExchange Marked(WireExchange exchange)
    {
        JsonObject headers = exchange.Request.Headers.DeepClone().AsObject();
        headers["x-wire"] = exchange.Name;
        return exchange with { Request = exchange.Request with { Headers = headers } };
    }
}
