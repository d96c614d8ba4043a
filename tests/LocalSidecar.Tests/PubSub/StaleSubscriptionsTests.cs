using System.Text;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Grpc.Core;
using LocalSidecar.Apps;
using LocalSidecar.CommandLine;
using LocalSidecar.PubSub;
using LocalSidecar.Resources;
using LocalSidecar.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace LocalSidecar.Tests.PubSub;

/// <summary>
/// A subscription that nobody asks for is given up after a week, and a week is not what a clock says that somebody sets.
/// </summary>
public sealed class StaleSubscriptionsTests : IDisposable
{
    private const string Resources = """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: {name: bus}
        spec: {type: pubsub.in-memory, version: v1}
        """;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Leap = TimeSpan.FromDays(8);

    private readonly ManualTimeProvider _time = new();
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    /// <summary>S3: messages of an app that was down for a minute were dropped, and an open stream got nothing more.</summary>
    [Fact]
    public async Task ClockSetAhead_AnAppThatIsDownAndAnOpenStream_StillGetWhatIsPublished()
    {
        using var store = Store.InMemory(_time);
        await using var stale = new StaleSubscriptions(store.Ledger.Bus, _time, NullLogger.Instance);
        SubscriptionQueue away = await store.Ledger.Bus.SubscribeAsync("away", "bus", "numbers");
        AppTopics topics = await TopicsAsync(store);
        EventStream stream = await OpenAsync(topics);
        using var ending = new CancellationTokenSource();
        Task running = stream.RunAsync(ending.Token);
        await using IAsyncEnumerator<TopicEventRequest> events = stream.ReadEventsAsync(ending.Token).GetAsyncEnumerator();
        await PublishAsync(topics, "1");

        _time.LeapUtcNow(Leap);
        await LookAsync();
        await PublishAsync(topics, "2");

        Assert.Equal(["1", "2"], [await NextAsync(events), await NextAsync(events)]);
        SubscriptionQueue back = await store.Ledger.Bus.SubscribeAsync("away", "bus", "numbers");
        Assert.Same(away, back);
        Assert.Equal(["1", "2"], Waiting(store.Ledger.Bus, back));
        await ending.CancelAsync();
        await running;
    }

    /// <summary>Whatever took it, a stream does not stay open over a queue that gets nothing.</summary>
    [Fact]
    public async Task Stream_ItsQueueIsGivenUp_EndsSoThatTheNextOneTakesTheMessages()
    {
        using var store = Store.InMemory(_time);
        AppTopics topics = await TopicsAsync(store);
        EventStream stream = await OpenAsync(topics);
        Task running = stream.RunAsync(CancellationToken.None);
        await store.Ledger.Bus.UnsubscribeAsync(Assert.Single(store.Ledger.Bus.QueuesOf("worker")));

        _time.Advance(Hour);
        await running.WaitAsync(TimeSpan.FromSeconds(30));
        await PublishAsync(topics, "1");

        EventStream next = await OpenAsync(topics);
        using var ending = new CancellationTokenSource();
        Task goingOn = next.RunAsync(ending.Token);
        await using IAsyncEnumerator<TopicEventRequest> events = next.ReadEventsAsync(ending.Token).GetAsyncEnumerator();
        Assert.Equal("1", await NextAsync(events));
        await ending.CancelAsync();
        await goingOn;
    }

    [Fact]
    public async Task StreamsCall_ItsQueueIsGivenUp_EndsAsUnavailable()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)], time: _time);
        await using TestStream stream = await TestStream.OpenAsync(sidecar, "numbers");
        await sidecar.Host.Ledger.Bus.UnsubscribeAsync(Assert.Single(sidecar.Host.Ledger.Bus.QueuesOf("worker")));

        _time.Advance(Hour);

        Assert.Equal(StatusCode.Unavailable, (await stream.EndAsync()).StatusCode);
    }

    /// <summary>An app that is gone, seen from a process that lives through the week, and from one that starts after it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Subscription_NobodyAsksForItInAWeek_IsGivenUp(bool restarts)
    {
        var store = Store.Open(_data.Path, time: _time);
        try
        {
            await store.Ledger.Bus.SubscribeAsync("gone", "bus", "numbers");
            if (restarts)
            {
                store.Dispose();
                _time.Advance(Leap);
                store = Store.Open(_data.Path, time: _time);
            }

            await using var stale = new StaleSubscriptions(store.Ledger.Bus, _time, NullLogger.Instance);
            for (int hour = 0; hour < (restarts ? 1 : (7 * 24) + 1); hour++)
            {
                Assert.Single(store.Ledger.Bus.Apps());
                await LookAsync();
            }

            Assert.Empty(store.Ledger.Bus.Apps());
        }
        finally
        {
            store.Dispose();
        }
    }

    /// <summary>Who has not asked since the start is judged by the clock, but not by one that was wrong then, or is now.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Subscription_OfTheProcessBefore_ClockIsWrongAtTheStartOrLater_IsKept(bool atTheStart)
    {
        DateTimeOffset right = _time.GetUtcNow();
        using (var before = Store.Open(_data.Path, time: _time))
        {
            await before.Ledger.Bus.SubscribeAsync("away", "bus", "numbers");
        }

        if (atTheStart)
        {
            _time.LeapUtcNow(Leap);
        }

        using var store = Store.Open(_data.Path, time: _time);
        await using var stale = new StaleSubscriptions(store.Ledger.Bus, _time, NullLogger.Instance);
        if (atTheStart)
        {
            _time.SetUtcNow(right);
        }
        else
        {
            _time.LeapUtcNow(Leap);
        }

        await LookAsync();

        Assert.Equal(["away"], store.Ledger.Bus.Apps());
    }

    /// <summary>What was written down under a clock that ran ahead holds no messages for ever.</summary>
    [Fact]
    public async Task Subscription_WrittenDownUnderAClockFarAhead_IsGivenUpAWeekAfterTheNextStart()
    {
        DateTimeOffset right = _time.GetUtcNow();
        _time.LeapUtcNow(TimeSpan.FromDays(10_000));
        using (var before = Store.Open(_data.Path, time: _time))
        {
            await before.Ledger.Bus.SubscribeAsync("gone", "bus", "numbers");
        }

        _time.SetUtcNow(right);
        using var store = Store.Open(_data.Path, time: _time);
        await using var stale = new StaleSubscriptions(store.Ledger.Bus, _time, NullLogger.Instance);
        for (int hour = 0; hour <= 7 * 24; hour++)
        {
            Assert.Single(store.Ledger.Bus.Apps());
            await LookAsync();
        }

        Assert.Empty(store.Ledger.Bus.Apps());
    }

    /// <summary>A machine that slept for days has every timer due at once: apps are there to ask before anything is given up.</summary>
    [Fact]
    public async Task Subscription_TheMachineSlept_IsKeptUntilItsAppCouldAsk()
    {
        var asleep = new Sleeper(_time);
        using var store = Store.InMemory(asleep);
        await store.Ledger.Bus.SubscribeAsync("worker", "bus", "numbers");
        await using var stale = new StaleSubscriptions(store.Ledger.Bus, asleep, NullLogger.Instance);

        asleep.Slept = Leap;
        await LookAsync();

        Assert.Equal(["worker"], store.Ledger.Bus.Apps());
    }

    // All hourly timers have fired, and are set again when their work is done.
    private async Task LookAsync()
    {
        int timers = _time.ScheduledTimers;
        _time.Advance(Hour);
        await _time.TimersScheduledAsync(timers);
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<TopicEventRequest> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        return events.Current.Data.ToStringUtf8();
    }

    private static IEnumerable<string> Waiting(Bus bus, SubscriptionQueue queue) =>
        bus.Peek(queue, 10).Select(stored => Encoding.UTF8.GetString(bus.Read(stored).Bytes))
            .Select(static body => System.Text.Json.JsonElement.Parse(body).GetProperty("data").GetString()!);

    private Task<EventStream> OpenAsync(AppTopics topics) => EventStream.OpenAsync(
        topics, "bus", "numbers", "", new Dictionary<string, string>(), _time, NullLogger.Instance);

    private static Task PublishAsync(AppTopics topics, string data) =>
        topics.Publication("bus", "numbers", new Dictionary<string, string>(), new PublisherTrace("", ""))
            .PublishAsync(Encoding.UTF8.GetBytes(data), "text/plain");

    private async Task<AppTopics> TopicsAsync(Store store)
    {
        await File.WriteAllTextAsync(_data["resources.yaml"], Resources);
        var resources = ResourceSet.Read([_data.Path]);
        return new AppTopics(
            new App(new AppSettings { AppId = "worker" }, token: null), store.Ledger.Bus, resources.ComponentsFor("worker"), resources);
    }

    /// <summary>A clock whose timestamps go on while the machine sleeps, as on Windows; timers are late then.</summary>
    private sealed class Sleeper(TimeProvider time) : TimeProvider
    {
        public TimeSpan Slept { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Slept;

        public override long GetTimestamp() => time.GetTimestamp() + Slept.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime, period);
    }
}
