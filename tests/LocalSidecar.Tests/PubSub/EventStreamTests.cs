using Dapr.AppCallback.Autogen.Grpc.v1;
using LocalSidecar.Apps;
using LocalSidecar.CommandLine;
using LocalSidecar.PubSub;
using LocalSidecar.Resources;
using LocalSidecar.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace LocalSidecar.Tests.PubSub;

/// <summary>A stream without the call that carries it.</summary>
public sealed class EventStreamTests
{
    private const string Resources = """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: {name: bus}
        spec: {type: pubsub.in-memory, version: v1}
        ---
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata: {name: res}
        spec:
          policies: {timeouts: {short: 1s}, retries: {soon: {policy: constant, duration: 1s, maxRetries: -1}}}
          targets: {components: {bus: {inbound: {retry: soon, timeout: short}}}}
        """;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Events_OfAStreamThatIsNotReadUnderATimeout_AreEachThereOnce()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["resources.yaml"], Resources);
        using var store = Store.InMemory(_time);
        var resources = ResourceSet.Read([folder.Path]);
        var topics = new AppTopics(
            new App(new AppSettings { AppId = "worker" }, token: null), store.Ledger.Bus, resources.ComponentsFor("worker"), resources);
        EventStream stream = await EventStream.OpenAsync(
            topics, "bus", "numbers", "", new Dictionary<string, string>(), _time, NullLogger.Instance);
        using var ending = new CancellationTokenSource();
        Task running = stream.RunAsync(ending.Token);
        int others = _time.ScheduledTimers;
        Publication publication = topics.Publication("bus", "numbers", new Dictionary<string, string>(), new PublisherTrace("", ""));
        await publication.PublishAsync("1"u8.ToArray(), "text/plain");
        await publication.PublishAsync("2"u8.ToArray(), "text/plain");

        // Each message has a timer: its time for an answer and its pause, in turn.
        for (int i = 0; i < 20; i++)
        {
            await _time.TimersScheduledAsync(others + 2);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await _time.TimersScheduledAsync(others + 2);
        List<string> sent = [];
        Task reading = ReadAsync();
        await ending.CancelAsync();
        await running;
        await reading;

        Assert.Equal(["1", "2"], sent.Order(StringComparer.Ordinal));

        // What is there is read before the first wait.
        async Task ReadAsync()
        {
            await foreach (TopicEventRequest request in stream.ReadEventsAsync(CancellationToken.None))
            {
                sent.Add(request.Data.ToStringUtf8());
            }
        }
    }
}
