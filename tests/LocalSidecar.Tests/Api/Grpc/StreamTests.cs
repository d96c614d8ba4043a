using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Grpc.Core;
using LocalSidecar.CommandLine;
using LocalSidecar.Tests.Support;
using TestSupport;
using TopicStatus = Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;

namespace LocalSidecar.Tests.Api.Grpc;

public sealed class StreamTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Events_SeveralUnanswered_ComeInOrderAllTheSame()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using TestStream stream = await TestStream.OpenAsync(sidecar, "numbers");

        await sidecar.PublishAsync("numbers", 1, 2, 3, 4, 5);
        List<TopicEventRequest> events = [];
        for (int i = 0; i < 5; i++)
        {
            events.Add(await stream.NextAsync());
        }

        Assert.Equal(["1", "2", "3", "4", "5"], events.Select(static one => one.Data.ToStringUtf8()));
        Assert.All(events, static one => Assert.Equal(("/", "bus", "numbers"), (one.Path, one.PubsubName, one.Topic)));
        foreach (TopicEventRequest one in events.AsEnumerable().Reverse())
        {
            await stream.AnswerAsync(one.Id, TopicStatus.Success);
        }

        await NothingWaitsAsync(sidecar);
    }

    [Fact]
    public async Task Event_NeverAnswered_LetsTheOthersPass()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using (TestStream stream = await TestStream.OpenAsync(sidecar, "numbers"))
        {
            await sidecar.PublishAsync("numbers", [.. Enumerable.Range(0, 60)]);
            Assert.Equal("0", (await stream.NextAsync()).Data.ToStringUtf8());
            Assert.Equal(Enumerable.Range(1, 59).Select(static number => $"{number}"), await stream.TakeAsync(59));

            // Answered in order, so the end of the stream comes behind the answers.
            await stream.CloseAsync();
            Assert.Equal(StatusCode.Unknown, (await stream.EndAsync()).StatusCode);
        }

        await sidecar.PublishAsync("numbers", 60);
        await using TestStream next = await TestStream.OpenAsync(sidecar, "numbers");

        Assert.Equal(["0", "60"], await next.TakeAsync(2));
    }

    [Theory]
    [InlineData(TopicStatus.Retry)]
    [InlineData((TopicStatus)99)]
    public async Task Answer_RetryOrUnknown_TheEventComesAgainAndTheOthersPass(TopicStatus status)
    {
        await using TestSidecar sidecar = await StartAsync();
        await using TestStream stream = await TestStream.OpenAsync(sidecar, "numbers");

        await sidecar.PublishAsync("numbers", 1, 2);
        TopicEventRequest first = await stream.NextAsync();
        await stream.AnswerAsync(first.Id, status);

        Assert.Equal(["2", "1"], await stream.TakeAsync(2));
        await NothingWaitsAsync(sidecar);
    }

    [Theory]
    [InlineData(TopicStatus.Drop)]
    [InlineData(TopicStatus.Retry)]
    public async Task Answer_DropOrRetryWithADeadLetterTopic_GoesThere(TopicStatus status)
    {
        await using TestSidecar sidecar = await StartAsync();
        await using TestStream dead = await TestStream.OpenAsync(sidecar, "dead");
        await using TestStream stream = await TestStream.OpenAsync(sidecar, "numbers", deadLetterTopic: "dead");

        await sidecar.PublishAsync("numbers", 1);
        await stream.AnswerAsync((await stream.NextAsync()).Id, status);
        TopicEventRequest letter = await dead.NextAsync();

        Assert.Equal(("1", "dead", "numbers"), (letter.Data.ToStringUtf8(), letter.Topic, letter.Extensions.Fields["topic"].StringValue));
        await dead.AnswerAsync(letter.Id, TopicStatus.Success);
        await NothingWaitsAsync(sidecar);
    }

    [Fact]
    public async Task Answer_UnknownIdOrTwice_IsIgnored()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using TestStream stream = await TestStream.OpenAsync(sidecar, "numbers");

        await sidecar.PublishAsync("numbers", 1);
        TopicEventRequest first = await stream.NextAsync();
        await stream.AnswerAsync("unknown", TopicStatus.Retry);
        await stream.AnswerAsync(first.Id, TopicStatus.Success);
        await stream.AnswerAsync(first.Id, TopicStatus.Retry);
        await sidecar.PublishAsync("numbers", 2);

        Assert.Equal(["2"], await stream.TakeAsync(1));
        await NothingWaitsAsync(sidecar);
    }

    [Fact]
    public async Task Events_OfOneId_AreEachAnswered()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using TestStream stream = await TestStream.OpenAsync(sidecar, "numbers");

        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await sidecar.PostAsync("/v1.0/publish/bus/numbers?metadata.cloudevent.id=same", $"{i}");
        }

        Assert.Equal(["0", "1"], await stream.TakeAsync(2));
        await NothingWaitsAsync(sidecar);
    }

    [Fact]
    public async Task TwoStreams_OnOneTopic_ShareItsEvents()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using TestStream one = await TestStream.OpenAsync(sidecar, "numbers");
        await using TestStream other = await TestStream.OpenAsync(sidecar, "numbers");

        // One takes ten before it has to answer: both have their share of twenty.
        await sidecar.PublishAsync("numbers", [.. Enumerable.Range(0, 20)]);
        List<string> ones = [];
        List<string> others = [];
        for (int i = 0; i < 10; i++)
        {
            ones.Add((await one.NextAsync()).Data.ToStringUtf8());
            others.Add((await other.NextAsync()).Data.ToStringUtf8());
        }

        Assert.Equal(Enumerable.Range(0, 20), ones.Concat(others).Select(int.Parse).Order());
        Assert.Equal(ones.Select(int.Parse).Order(), ones.Select(int.Parse));
    }

    [Fact]
    public async Task TwoStreams_OneEnds_TheOtherTakesWhatItHadAndTheRest()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using TestStream one = await TestStream.OpenAsync(sidecar, "numbers");
        await sidecar.PublishAsync("numbers", 1, 2);
        await one.NextAsync();
        await one.NextAsync();
        await using TestStream other = await TestStream.OpenAsync(sidecar, "numbers");

        await one.DisposeAsync();
        Assert.Equal(["1", "2"], await other.TakeAsync(2));
        await sidecar.PublishAsync("numbers", 3);

        Assert.Equal(["3"], await other.TakeAsync(1));
    }

    [Fact]
    public async Task Stream_CancelledWithAnEventUnanswered_TheNextStreamGetsIt()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using (TestStream stream = await TestStream.OpenAsync(sidecar, "numbers"))
        {
            await sidecar.PublishAsync("numbers", 1, 2);
            await stream.NextAsync();
            await stream.NextAsync();
        }

        await using TestStream next = await TestStream.OpenAsync(sidecar, "numbers");

        Assert.Equal(["1", "2"], await next.TakeAsync(2));
    }

    [Fact]
    public async Task Stream_HalfClosed_EndsAtOnceAndKeepsWhatWasAnswered()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using (TestStream stream = await TestStream.OpenAsync(sidecar, "numbers"))
        {
            await sidecar.PublishAsync("numbers", 1, 2);
            await stream.AnswerAsync((await stream.NextAsync()).Id, TopicStatus.Success);
            await stream.NextAsync();
            await stream.CloseAsync();

            Status end = await stream.EndAsync();
            Assert.Equal((StatusCode.Unknown, "EOF"), (end.StatusCode, end.Detail));
        }

        await using TestStream next = await TestStream.OpenAsync(sidecar, "numbers");
        Assert.Equal(["2"], await next.TakeAsync(1));
    }

    [Theory]
    [InlineData("bus", "topic", true, StatusCode.Unknown, "initial request is required")]
    [InlineData("", "numbers", false, StatusCode.Unknown, "pubsubName is required")]
    [InlineData("bus", "", false, StatusCode.Unknown, "topic is required")]
    [InlineData("nope", "numbers", false, StatusCode.InvalidArgument, "pubsub nope is not found")]
    public async Task FirstMessage_Wrong_IsRefused(string pubsub, string topic, bool isAnswer, StatusCode code, string text)
    {
        await using TestSidecar sidecar = await StartAsync();
        await using var stream = TestStream.Start(sidecar);

        await (isAnswer
            ? stream.AnswerAsync("x", TopicStatus.Success)
            : stream.SendAsync(new SubscribeTopicEventsRequestAlpha1 { InitialRequest = Initial(pubsub, topic) }));
        Status end = await stream.EndAsync();

        Assert.Equal((code, text), (end.StatusCode, end.Detail));
    }

    [Fact]
    public async Task Stream_ClosedBeforeAnything_EndsAsDaprdSays()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using var stream = TestStream.Start(sidecar);

        await stream.CloseAsync();
        Status end = await stream.EndAsync();

        Assert.Equal((StatusCode.Unknown, "EOF"), (end.StatusCode, end.Detail));
    }

    [Fact]
    public async Task SecondInitialRequest_IsRefused()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using TestStream stream = await TestStream.OpenAsync(sidecar, "numbers");

        await stream.SendAsync(new SubscribeTopicEventsRequestAlpha1 { InitialRequest = Initial("bus", "numbers") });
        Status end = await stream.EndAsync();

        Assert.Equal((StatusCode.Unknown, "duplicate initial request received"), (end.StatusCode, end.Detail));
    }

    [Fact]
    public async Task RawStream_AnyBytes_ComeAsTheyWerePublished()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using TestStream stream = await TestStream.OpenAsync(sidecar, "numbers", isRaw: true);

        using HttpResponseMessage response =
            await sidecar.PostAsync("/v1.0/publish/bus/numbers?metadata.rawPayload=true", "{ \"raw\":3 }");
        TopicEventRequest received = await stream.NextAsync();

        Assert.Equal(
            ("{ \"raw\":3 }", "application/octet-stream", "Dapr"),
            (received.Data.ToStringUtf8(), received.DataContentType, received.Source));
    }

    [Fact]
    public async Task Stream_OnATopicThatTheAppSubscribesToo_BothGetEveryEvent()
    {
        int port = FreePort.Next();
        await using GrpcTestApp app = await GrpcTestApp.StartAsync(port, new GrpcTestApp.Script
        {
            Subscriptions = { new TopicSubscription { PubsubName = "bus", Topic = "numbers" } },
        });
        await using TestSidecar sidecar = await StartAsync(port);
        await sidecar.ReadyAsync();
        await using TestStream stream = await TestStream.OpenAsync(sidecar, "numbers");

        await sidecar.PublishAsync("numbers", 1, 2);

        Assert.Equal(["1", "2"], await stream.TakeAsync(2));
        await Eventually.TrueAsync(() => app.Numbers("numbers").Count == 2, "the app gets both, too");
    }

    [Fact]
    public async Task Metadata_ListsAStreamWhileItIsOpen()
    {
        await using TestSidecar sidecar = await StartAsync();
        TestStream stream = await TestStream.OpenAsync(sidecar, "numbers", deadLetterTopic: "dead");

        PubsubSubscription listed = Assert.Single((await sidecar.Dapr().GetMetadataAsync(new GetMetadataRequest())).Subscriptions);
        string http = await sidecar.Http.GetStringAsync(sidecar.Url("/v1.0/metadata"));
        await stream.DisposeAsync();

        Assert.Equal(
            ("bus", "numbers", "dead", PubsubSubscriptionType.Streaming, "/"),
            (listed.PubsubName, listed.Topic, listed.DeadLetterTopic, listed.Type, Assert.Single(listed.Rules.Rules).Path));
        Assert.Contains("\"type\":\"STREAMING\"", http, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            async () => (await sidecar.Dapr().GetMetadataAsync(new GetMetadataRequest())).Subscriptions.Count == 0,
            "it is no longer listed");
    }

    [Fact]
    public async Task Events_PublishedWithoutAStream_WaitForTheNextOverARestart()
    {
        int port = FreePort.Next();
        await using (TestSidecar sidecar = await StartAsync(port))
        {
            // An app that itself subscribes to nothing: what it says of that does not touch its streams.
            await using GrpcTestApp app = await GrpcTestApp.StartAsync(port, new GrpcTestApp.Script());
            await sidecar.ReadyAsync();
            await using (TestStream stream = await TestStream.OpenAsync(sidecar, "numbers"))
            {
                await sidecar.PublishAsync("numbers", 1, 2);
                Assert.Equal(["1"], await stream.TakeAsync(1));
                await stream.NextAsync();
                await Eventually.TrueAsync(() => sidecar.Host.Ledger.Bus.MessageCount == 1, "the answer counts");
            }

            await sidecar.PublishAsync("numbers", 3);
        }

        await using TestSidecar restarted = await StartAsync(port);
        await using GrpcTestApp back = await GrpcTestApp.StartAsync(port, new GrpcTestApp.Script());
        await restarted.ReadyAsync();
        await restarted.PublishAsync("numbers", 4);
        await using TestStream next = await TestStream.OpenAsync(restarted, "numbers");

        Assert.Equal(["2", "3", "4"], await next.TakeAsync(3));
    }

    [Fact]
    public async Task Shutdown_WithAStreamOpen_EndsTheStreamAndTheSidecar()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using TestStream stream = await TestStream.OpenAsync(sidecar, "numbers");

        await sidecar.Dapr().ShutdownAsync(new ShutdownRequest());

        // UNAVAILABLE, or INTERNAL where the client learns first that the connection closes.
        Assert.Contains((await stream.EndAsync()).StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
        await sidecar.Host.AllStopped.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static SubscribeTopicEventsRequestInitialAlpha1 Initial(string pubsub, string topic) =>
        new() { PubsubName = pubsub, Topic = topic };

    private static Task NothingWaitsAsync(TestSidecar sidecar) =>
        Eventually.TrueAsync(() => sidecar.Host.Ledger.Bus.MessageCount == 0, "all are dealt with");

    private Task<TestSidecar> StartAsync(int? port = null) => TestSidecar.StartAsync(
        [("worker", port)], _data.Path, change: static settings => settings with { AppProtocol = AppProtocol.Grpc });
}
