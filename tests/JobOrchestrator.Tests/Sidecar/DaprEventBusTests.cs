using System.Collections.Concurrent;
using Grpc.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Sidecar;
using Autogen = Dapr.Client.Autogen.Grpc.v1;

namespace JobOrchestrator.Tests.Sidecar;

/// <summary>What goes out by the outbox's bus, and what a failure says of it.</summary>
public sealed class DaprEventBusTests
{
    private static readonly OutboxEvent First = Clients.Event("""{"id":"1","data":{"n":12345678901234567890123, "é" : "\u00e9"} }""");
    private static readonly OutboxEvent Second = Clients.Event("""{"id":"2","data":{}}""");

    [Fact]
    public async Task Publish_Several_GoOutInOneRequestByteForByteWithTheToken()
    {
        Autogen.BulkPublishRequest? sent = null;
        string token = "";
        await using GrpcServer sidecar = await GrpcServer.StartAsync(async http =>
        {
            token = http.Request.Headers["dapr-api-token"].ToString();
            sent = await GrpcServer.ReadAsync<Autogen.BulkPublishRequest>(http);
            await GrpcServer.AnswerAsync(http, new Autogen.BulkPublishResponse());
        });
        DaprEventBus bus = Clients.Events(sidecar.Address, token: "secret");

        IReadOnlyList<OutboxEvent> refused = await bus.PublishAsync("topic", [First, Second], CancellationToken.None);

        Assert.Empty(refused);
        Assert.Equal(("bus", "topic", "secret"), (sent!.PubsubName, sent.Topic, token));
        Assert.Equal(
            [First.CloudEvent.ToString(), Second.CloudEvent.ToString()], sent.Entries.Select(entry => entry.Event.ToStringUtf8()));
        Assert.All(sent.Entries, entry => Assert.Equal("application/cloudevents+json", entry.ContentType));
    }

    /// <summary>A name that a sidecar does not know is tried once, not with every publish; also when another takes its place.</summary>
    [Theory]
    [InlineData(StatusCode.Unimplemented, "unknown")]
    [InlineData(StatusCode.Unknown, "failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found")]
    public async Task Publish_AgainAndAgain_IsOneCallEachByTheNameThatIsKnown(StatusCode code, string says)
    {
        var calls = new ConcurrentQueue<string>();
        string known = "BulkPublishEventAlpha1";
        await using GrpcServer sidecar = await GrpcServer.StartAsync(async http =>
        {
            calls.Enqueue(GrpcServer.MethodOf(http));
            if (GrpcServer.MethodOf(http) == known)
            {
                await GrpcServer.ReadAsync<Autogen.BulkPublishRequest>(http);
                await GrpcServer.AnswerAsync(http, new Autogen.BulkPublishResponse());
                return;
            }

            await GrpcServer.FailAtOnceAsync(http, code, says);
        });
        DaprEventBus bus = Clients.Events(sidecar.Address);
        await PublishTwiceAsync();
        known = "BulkPublishEvent";
        await PublishTwiceAsync();

        Assert.Equal(
            ["BulkPublishEvent", "BulkPublishEventAlpha1", "BulkPublishEventAlpha1", "BulkPublishEventAlpha1", "BulkPublishEvent", known],
            calls);

        async Task PublishTwiceAsync()
        {
            await bus.PublishAsync("topic", [First], CancellationToken.None);
            await bus.PublishAsync("topic", [First], CancellationToken.None);
        }
    }

    /// <summary>Nothing is out, however many there were: whoever leased them can give them back.</summary>
    [Theory]
    [InlineData(StatusCode.Unimplemented, "unknown")]
    [InlineData(StatusCode.Unknown, "failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found")]
    public async Task Publish_ByNoNameThatIsKnown_IsRefusedForNow(StatusCode code, string says)
    {
        await using GrpcServer sidecar = await BusAsync(http => GrpcServer.FailAtOnceAsync(http, code, says));

        RefusedException refused = await Assert.ThrowsAsync<RefusedException>(
            () => Clients.Events(sidecar.Address).PublishAsync("topic", [First, Second], CancellationToken.None));

        Assert.True(refused.IsForNow);
        Assert.StartsWith("Unimplemented: The sidecar has no bulk publish.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("-1")]
    [InlineData("")]
    public async Task Publish_WhatWasNotPublishedIsSaidToHaveFailed_IsUnclear(string entry)
    {
        await using GrpcServer sidecar = await BusAsync(http => GrpcServer.AnswerAsync(
            http,
            new Autogen.BulkPublishResponse
            {
                FailedEntries = { new Autogen.BulkPublishResponseFailedEntry { EntryId = entry, Error = "full" } },
            }));

        await Assert.ThrowsAsync<UnclearException>(
            () => Clients.Events(sidecar.Address).PublishAsync("topic", [First, Second], CancellationToken.None));
    }

    [Fact]
    public async Task Publish_BrokerRefusesOneOfTwo_SaysWhich()
    {
        await using GrpcServer sidecar = await BusAsync(async http =>
        {
            Autogen.BulkPublishRequest sent = await GrpcServer.ReadAsync<Autogen.BulkPublishRequest>(http);
            var failed = new Autogen.BulkPublishResponseFailedEntry { EntryId = sent.Entries[1].EntryId, Error = "full" };
            await GrpcServer.AnswerAsync(http, new Autogen.BulkPublishResponse { FailedEntries = { failed } });
        });
        DaprEventBus bus = Clients.Events(sidecar.Address);

        IReadOnlyList<OutboxEvent> refused = await bus.PublishAsync("topic", [First, Second], CancellationToken.None);

        Assert.Equal([Second], refused);
    }

    [Theory]
    [InlineData(StatusCode.Internal, false)]
    [InlineData(StatusCode.Aborted, false)]
    [InlineData(StatusCode.InvalidArgument, true)]
    [InlineData(StatusCode.NotFound, true)]
    [InlineData(StatusCode.PermissionDenied, true)]
    [InlineData(StatusCode.FailedPrecondition, true)]
    [InlineData(StatusCode.Unauthenticated, true)]
    public async Task Publish_SeveralFail_AreRefusedOnlyByWhatIsSaidBeforehand(StatusCode code, bool isRefused)
    {
        await using GrpcServer sidecar = await BusAsync(http => GrpcServer.FailAsync(http, code, "some failed"));
        DaprEventBus bus = Clients.Events(sidecar.Address);

        Exception? failure = await Record.ExceptionAsync(() => bus.PublishAsync("topic", [First, Second], CancellationToken.None));

        Assert.Equal(isRefused ? typeof(RefusedException) : typeof(UnclearException), failure?.GetType());
        Assert.Equal($"{code}: some failed", failure!.Message);
    }

    /// <summary>What concerns one topic or request is never taken; a broker or a component that is away is mended outside.</summary>
    [Theory]
    [InlineData(StatusCode.PermissionDenied, "topic x is not allowed for app id jobs", false)]
    [InlineData(StatusCode.InvalidArgument, "bad entry", false)]
    [InlineData(StatusCode.ResourceExhausted, "grpc: received message larger than max (9 vs. 4)", false)]
    [InlineData(StatusCode.InvalidArgument, "pubsub bus is not found", true)]
    [InlineData(StatusCode.NotFound, "pubsub bus is not found", true)]
    [InlineData(StatusCode.FailedPrecondition, "no pubsub is configured", true)]
    [InlineData(StatusCode.Unauthenticated, "the token is wrong", true)]
    [InlineData(StatusCode.Internal, "error when publish to topic: connection refused", true)]
    public async Task Publish_OneIsRefused_SaysWhetherForNowOrForGood(StatusCode code, string text, bool isForNow)
    {
        await using GrpcServer sidecar = await BusAsync(http => GrpcServer.FailAsync(http, code, text));

        RefusedException refused = await Assert.ThrowsAsync<RefusedException>(
            () => Clients.Events(sidecar.Address).PublishAsync("topic", [First], CancellationToken.None));

        Assert.Equal(isForNow, refused.IsForNow);
    }

    [Fact]
    public async Task Publish_MoreThanTheSidecarTakesAtOnce_GoesOutInParts()
    {
        var sent = new List<string>();
        await using GrpcServer sidecar = await BusAsync(async http =>
        {
            Autogen.BulkPublishRequest request = await GrpcServer.ReadAsync<Autogen.BulkPublishRequest>(http);
            if (request.Entries.Count > 2)
            {
                await GrpcServer.FailAtOnceAsync(http, StatusCode.ResourceExhausted, "grpc: received message larger than max (9 vs. 4)");
                return;
            }

            sent.AddRange(request.Entries.Select(entry => entry.Event.ToStringUtf8()));
            await GrpcServer.AnswerAsync(http, new Autogen.BulkPublishResponse());
        });
        OutboxEvent[] events = [.. Enumerable.Range(0, 9).Select(number => Clients.Event($$"""{"id":"{{number}}"}"""))];

        IReadOnlyList<OutboxEvent> refused = await Clients.Events(sidecar.Address).PublishAsync("topic", events, CancellationToken.None);

        Assert.Empty(refused);
        Assert.Equal(events.Select(item => item.CloudEvent.ToString()), sent);
    }

    [Fact]
    public async Task Publish_SecondPartIsRefused_IsNotTakenAndTheFirstIs()
    {
        int calls = 0;
        await using GrpcServer sidecar = await BusAsync(http => Interlocked.Increment(ref calls) == 2
            ? GrpcServer.AnswerAsync(http, new Autogen.BulkPublishResponse())
            : GrpcServer.FailAtOnceAsync(http, StatusCode.ResourceExhausted, "grpc: received message larger than max (9 vs. 4)"));
        DaprEventBus bus = Clients.Events(sidecar.Address);

        IReadOnlyList<OutboxEvent> refused = await bus.PublishAsync("topic", [First, Second], CancellationToken.None);

        Assert.Equal([Second], refused);
    }

    private static Task<GrpcServer> BusAsync(RequestDelegate answer) => GrpcServer.StartAsync(answer);
}
