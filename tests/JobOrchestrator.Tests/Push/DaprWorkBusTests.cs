using System.Net;
using System.Net.Sockets;
using System.Text;
using Dapr.Client;
using JobOrchestrator.Core;
using JobOrchestrator.Push;
using JobOrchestrator.Shards;
using JobOrchestrator.Sidecar;
using Moq;

namespace JobOrchestrator.Tests.Push;

/// <summary>What a sidecar's answer means for a work message.</summary>
public sealed class DaprWorkBusTests
{
    private static readonly WorkMessage First = Message("01b8dac5-b400-7002-9bd8-495e70ece1de");
    private static readonly WorkMessage Second = Message("01b8dac5-b400-7002-9d82-2e76028382c3");

    [Fact]
    public async Task Publish_OneMessage_GoesOutAsItIs()
    {
        var dapr = new Mock<DaprClient>();

        Published published = await new DaprWorkBus(dapr.Object, "bus").PublishAsync("work", [First], CancellationToken.None);

        Assert.Empty(published.Refused);
        dapr.Verify(client => client.PublishByteEventAsync(
            "bus", "work", First.CloudEvent, "application/cloudevents+json", null, CancellationToken.None), Times.Once);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(null)]
    public async Task Publish_AnsweredWithAnErrorOrNotReached_IsCertainlyNotOut(HttpStatusCode? status)
    {
        Exception failure = status is null
            ? new HttpRequestException("No.", new SocketException((int)SocketError.ConnectionRefused))
            : new HttpRequestException("No.", null, status);
        DaprWorkBus bus = Failing(failure);

        CallException none = await Assert.ThrowsAnyAsync<CallException>(() => bus.PublishAsync("work", [First], CancellationToken.None));

        Assert.True(status is null ? none is NeverSentException : none is RefusedException);
        Assert.Contains("No.", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_ConnectionBreaks_IsUnclear() =>
        await Assert.ThrowsAsync<UnclearException>(
            () => Failing(new HttpRequestException("Broke.", new IOException())).PublishAsync("work", [First], CancellationToken.None));

    [Fact]
    public async Task Publish_BrokerRefusesOneOfTwo_SaysWhich()
    {
        string sent = "";
        await using WebApplication sidecar = await StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            sent = $"{http.Request.Path} {await reader.ReadToEndAsync()}";
            http.Response.StatusCode = 500;
            await http.Response.WriteAsync("""{"failedEntries":[{"entryId":"1","error":"too large"}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}""");
        });
        using DaprClient dapr = new DaprClientBuilder().UseHttpEndpoint(sidecar.Urls.First()).Build();

        Published published = await new DaprWorkBus(dapr, "bus").PublishAsync("work", [First, Second], CancellationToken.None);

        Assert.Equal("too large", published.Reason);
        Assert.Equal([Second], published.Refused);
        Assert.StartsWith("/v1.0/publish/bulk/bus/work [", sent, StringComparison.Ordinal);
        Assert.Contains($"\"event\":{Encoding.UTF8.GetString(First.CloudEvent.Span)},\"contentType\":\"application/cloudevents+json\"", sent, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }

    private static DaprWorkBus Failing(Exception failure)
    {
        var dapr = new Mock<DaprClient>();
        dapr.Setup(client => client.PublishByteEventAsync(
                It.IsAny<string>(), It.IsAny<string>(), It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<string>(), It.IsAny<Dictionary<string, string>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new Dapr.DaprException($"Publish operation failed: {failure.Message}", failure));
        return new DaprWorkBus(dapr.Object, "bus");
    }

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
