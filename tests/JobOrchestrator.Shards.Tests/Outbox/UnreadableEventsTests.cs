using System.Text;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>
/// An outbox document that somebody has spoilt, or deleted: the feed said 503 for ever, or passed it over, and nothing behind it was
/// published. It is named, the others go on, and whoever follows the feed is told.
/// </summary>
public sealed class UnreadableEventsTests
{
    private const string Spoilt = "secret words";

    private static readonly FeedFilter All = new();

    public static TheoryData<string> NoEvents =>
    [
        Spoilt, "", "null", "7", "[]", "{}", """{"deleted":false}""", """{"events":null}""", """{"events":{}}""", """{"events":[]}""",
        """{"events":[null]}""", """{"events":[7]}""", """{"events":["secret"]}""", """{"events":["{}"]}""",
        Told("""{"type":"job.secret","data":{"jobId":"0f8fad5b-d9cb-469f-a165-70867728950e","queue":"q"}}"""),
        Told("""{"type":"job.created","data":{"jobId":"secret","queue":"q"}}"""),
        Told("""{"type":"job.created","data":{"jobId":"0f8fad5b-d9cb-469f-a165-70867728950e"}}"""),
        Told("""{"type":"job.created","data":{"jobId":"0f8fad5b-d9cb-469f-a165-70867728950e","queue":null}}"""),
        Told("""{"type":null,"data":{"jobId":"0f8fad5b-d9cb-469f-a165-70867728950e","queue":"q"}}"""),
    ];

    [Theory]
    [MemberData(nameof(NoEvents))]
    public void Parse_NoDocumentOfEvents_SaysSoWithoutAWordOfIt(string text)
    {
        UnreadableException exception = Assert.Throws<UnreadableException>(
            () => Shards.Outbox.TryParse("the-key", 7, 3, Encoding.UTF8.GetBytes(text)));

        Assert.Contains("the-key", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Publish_ADocumentOfEventsIsUnreadable_TheOthersGoOutAndItIsNamed(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        Job[] jobs = await MakeAsync(lane, store, new RecordingBus { Fault = () => Fault.Unreachable });
        string key = EventsOf(store)[1];
        store.Spoil(key, Spoilt);
        var bus = new RecordingBus();
        var log = new LogLines<Replica>();

        await using TestReplica next = lane.Begin(store, "b", logger: log, bus: bus);
        await lane.UntilAsync(() => bus.Published.Count == 2 && next.IsReady, "the others are published");

        Assert.Equal([jobs[0].Id.Value, jobs[2].Id.Value], bus.Published.Select(one => one.Event.Job));
        Assert.Contains("1 are set aside", Assert.Single(next.Health.Warnings), StringComparison.Ordinal);
        Assert.All(log.Lines.Where(line => line.Level >= LogLevel.Warning), line =>
        {
            Assert.Equal(LogLevel.Error, line.Level);
            Assert.Contains(key, line.Text, StringComparison.Ordinal);
        });
        Assert.Contains(log.Lines, line => line.Text.Contains("are not published", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Text.Contains("secret", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(Spoilt, store.JsonOf(key));
        await next.EnqueueAsync();
        await lane.UntilAsync(() => bus.Published.Count == 3, "what comes later is published");
        await lane.PassAsync(12);
        Assert.Equal(1, Assert.Single(await next.Shards.AuditAsync(CancellationToken.None))!.EventsDifference);
    });

    /// <summary>F23: a hole in the feed is 410 and never a skip; what is in front of it and behind it can be read.</summary>
    [Theory]
    [InlineData(true, Spoilt)]
    [InlineData(false, Spoilt)]
    [InlineData(true, null)]
    [InlineData(false, null)]
    public void Feed_ADocumentIsUnreadableOrLost_Is410ThereAndGoesOnBehindIt(bool rollsBack, string? text) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        Job[] jobs = await MakeAsync(lane, store, new RecordingBus());
        await SpoilAsync(store, EventsOf(store)[1], text);
        await using TestReplica next = await lane.StartAsync(store, "b");

        FeedPage before = await ReadAsync(next, Feed.Oldest);
        await Assert.ThrowsAsync<CursorExpiredException>(() => ReadAsync(next, before.Cursor));
        FeedPage behind = await ReadAsync(next, Feed.Oldest);

        Assert.Equal([jobs[0].Id.Value], JobsOf(before));
        Assert.Equal([jobs[2].Id.Value], JobsOf(behind));
        Assert.Empty((await ReadAsync(next, behind.Cursor)).Events);
    });

    /// <summary>Whoever wants what there is does not have to ask twice.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Feed_TheOldestDocumentsAreUnreadable_BeginsBehindThem(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        Job[] jobs = await MakeAsync(lane, store, new RecordingBus());
        store.Spoil(EventsOf(store)[0], Spoilt);
        store.Spoil(EventsOf(store)[1], Spoilt);
        await using TestReplica next = await lane.StartAsync(store, "b");

        FeedPage page = await ReadAsync(next, Feed.Oldest);

        Assert.Equal([jobs[2].Id.Value], JobsOf(page));
        Assert.Contains("2 are set aside", Assert.Single(next.Health.Warnings), StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Feed_TheDocumentIsRepaired_IsReadAndHealthIsWell(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        Job[] jobs = await MakeAsync(lane, store, new RecordingBus());
        string key = EventsOf(store)[1];
        string whole = store.JsonOf(key)!;
        store.Spoil(key, Spoilt);
        await using TestReplica next = await lane.StartAsync(store, "b");
        string cursor = (await ReadAsync(next, Feed.Oldest)).Cursor;
        await Assert.ThrowsAsync<CursorExpiredException>(() => ReadAsync(next, cursor));
        Assert.Single(next.Health.Warnings);

        store.Spoil(key, whole);
        FeedPage page = await ReadAsync(next, cursor);

        Assert.Equal([jobs[1].Id.Value, jobs[2].Id.Value], JobsOf(page));
        Assert.Empty(next.Health.Warnings);
    });

    /// <summary>Its events would be gone by now anyway.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Retention_ADocumentOfEventsIsUnreadable_GoesWithThoseOfItsTime(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await MakeAsync(lane, store, new RecordingBus());
        store.Spoil(EventsOf(store)[1], Spoilt);
        await using TestReplica next = await lane.StartAsync(store, "b");
        string cursor = (await ReadAsync(next, Feed.Oldest)).Cursor;
        await Assert.ThrowsAsync<CursorExpiredException>(() => ReadAsync(next, cursor));
        Assert.Single(next.Health.Warnings);

        await lane.PassAsync(TestReplica.Settings.EventRetention.TotalSeconds + 60);

        Assert.Empty(EventsOf(store));
        Assert.Empty(next.Health.Warnings);
    });

    private static string Told(string cloudEvent) => $$"""{"events":[{{JsonSerializer.Serialize(cloudEvent)}}]}""";

    /// <summary>Three jobs, each with a document of events, of a replica that is gone.</summary>
    private static async Task<Job[]> MakeAsync(Lane lane, ModelStore store, RecordingBus bus)
    {
        await using TestReplica before = await lane.StartAsync(store, bus: bus);
        Job[] jobs = [await before.EnqueueAsync(), await before.EnqueueAsync(), await before.EnqueueAsync()];
        await lane.PassAsync(1);
        await before.PauseAsync("other");
        return jobs;
    }

    private static string[] EventsOf(ModelStore store) =>
    [
        .. store.KeysNow
            .Where(key => key.Contains("-outbox-", StringComparison.Ordinal) && store.JsonOf(key) != """{"deleted":true}""")
            .Order(StringComparer.Ordinal),
    ];

    private static Task SpoilAsync(ModelStore store, string key, string? text)
    {
        if (text is null)
        {
            return store.TransactAsync([new StateOperation(key, null)], Keys.Head(0), CancellationToken.None);
        }

        store.Spoil(key, text);
        return Task.CompletedTask;
    }

    private static Task<FeedPage> ReadAsync(TestReplica replica, string after) =>
        replica.Shards.ReadFeedAsync(after, All, 100, TimeSpan.Zero, CancellationToken.None);

    private static IEnumerable<Guid> JobsOf(FeedPage page) => page.Events.Select(item =>
    {
        using var json = JsonDocument.Parse(item.CloudEvent.ToString());
        return json.RootElement.GetProperty("data").GetProperty("jobId").GetGuid();
    });
}
