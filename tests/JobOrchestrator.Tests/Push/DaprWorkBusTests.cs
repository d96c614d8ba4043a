using System.Text;
using Grpc.Core;
using JobOrchestrator.Core;
using JobOrchestrator.Push;
using JobOrchestrator.Shards;
using JobOrchestrator.Sidecar;
using JobOrchestrator.Tests.Sidecar;
using TestSupport;
using Autogen = Dapr.Client.Autogen.Grpc.v1;

namespace JobOrchestrator.Tests.Push;

/// <summary>What a sidecar's answer means for work messages.</summary>
public sealed class DaprWorkBusTests
{
    private static readonly WorkMessage First = Message("01b8dac5-b400-7002-9bd8-495e70ece1de");
    private static readonly WorkMessage Second = Message("01b8dac5-b400-7002-9d82-2e76028382c3");

    [Fact]
    public async Task Publish_Several_GoOutByteForByte()
    {
        Autogen.BulkPublishRequest? sent = null;
        await using GrpcServer sidecar = await StartAsync(async http =>
        {
            sent = await GrpcServer.ReadAsync<Autogen.BulkPublishRequest>(http);
            await GrpcServer.AnswerAsync(http, new Autogen.BulkPublishResponse());
        });

        Published published = await PublishAsync(sidecar.Address, First, Second);

        Assert.Empty(published.Refused);
        Assert.Equal([First.CloudEvent.ToArray(), Second.CloudEvent.ToArray()], sent!.Entries.Select(entry => entry.Event.ToByteArray()));
        Assert.All(sent.Entries, entry => Assert.Equal("application/cloudevents+json", entry.ContentType));
    }

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.NotFound)]
    public async Task Publish_OneIsAnsweredWithAnError_IsNotOut(StatusCode code)
    {
        await using GrpcServer sidecar = await StartAsync(http => GrpcServer.FailAsync(http, code, "no"));

        RefusedException failure = await Assert.ThrowsAsync<RefusedException>(() => PublishAsync(sidecar.Address, First));

        Assert.Equal($"{code}: no", failure.Message);
    }

    [Theory]
    [InlineData(StatusCode.Internal, typeof(UnclearException))]
    [InlineData(StatusCode.ResourceExhausted, typeof(RefusedException))]
    public async Task Publish_SeveralAreAnsweredWithAnError_SomeMayBeOut(StatusCode code, Type meaning)
    {
        await using GrpcServer sidecar = await StartAsync(http => GrpcServer.FailAsync(http, code, "some failed"));

        Exception? failure = await Record.ExceptionAsync(() => PublishAsync(sidecar.Address, First, Second));

        Assert.Equal(meaning, failure?.GetType());
    }

    [Fact]
    public async Task Publish_NobodyListens_IsNotOut() =>
        await Assert.ThrowsAsync<NeverSentException>(() => PublishAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}"), First));

    [Fact]
    public async Task Publish_ConnectionBreaks_IsUnclear()
    {
        await using GrpcServer sidecar = await StartAsync(async http =>
        {
            await GrpcServer.BeginAsync(http);
            GrpcServer.Cut(http);
        });

        await Assert.ThrowsAsync<UnclearException>(() => PublishAsync(sidecar.Address, First));
    }

    [Fact]
    public async Task Publish_BrokerRefusesOneOfTwo_SaysWhich()
    {
        await using GrpcServer sidecar = await StartAsync(async http =>
        {
            Autogen.BulkPublishRequest sent = await GrpcServer.ReadAsync<Autogen.BulkPublishRequest>(http);
            var failed = new Autogen.BulkPublishResponseFailedEntry { EntryId = sent.Entries[1].EntryId, Error = "too large" };
            await GrpcServer.AnswerAsync(http, new Autogen.BulkPublishResponse { FailedEntries = { failed } });
        });

        Published published = await PublishAsync(sidecar.Address, First, Second);

        Assert.Equal("too large", published.Reason);
        Assert.Equal([Second], published.Refused);
    }

    private static Task<Published> PublishAsync(Uri sidecar, params WorkMessage[] messages) =>
        new DaprWorkBus(Clients.Written(sidecar), "bus", Clients.Patient).PublishAsync("work", messages, CancellationToken.None);

    private static Task<GrpcServer> StartAsync(RequestDelegate answer) => GrpcServer.StartAsync(answer);

    private static WorkMessage Message(string id) => new(
        new Job
        {
            Id = new JobId(Guid.Parse(id)),
            Order = 1,
            Spec = new JobSpec { Type = "test", Queue = "mail", LeaseSeconds = 30 },
            RunAt = DateTimeOffset.UnixEpoch,
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        },
        Encoding.UTF8.GetBytes($$"""{"id":"{{id}}-1","data":{} }"""));
}
