using System.Net;
using System.Text.Json;
using JobOrchestrator.Sdk.Tests.Fakes;
using TestSupport;
using static JobOrchestrator.Sdk.Tests.Events.OwnerHost;

namespace JobOrchestrator.Sdk.Tests.Events;

/// <summary>Messages that bring several events, and events that are not published by choice.</summary>
public sealed class PackedEventsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Told _told = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delivery_OfSeveral_HandsEachOnOnceAndAJobsInOrder(bool unwraps)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator, unwraps);
        string pack = Pack(
            Event("a", 1, "created"), Event("b", 1, "created"), Event("a", 2), Event("c", 9, owner: "bank"), Event("a", 3, "completed"));

        using HttpResponseMessage first = await owner.DeliverAsync(pack);
        using HttpResponseMessage again = await owner.DeliverAsync(pack);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, again.StatusCode));
        Assert.Equal(["a-1 New Broker", "a-2 New Broker", "a-3 New Broker"], _told.Lines.Where(line => line[0] == 'a'));
        Assert.Equal(["b-1 New Broker"], _told.Lines.Where(line => line[0] != 'a'));
        Assert.Equal(
            [JobEventKind.Created, JobEventKind.Updated, JobEventKind.Completed],
            _told.Events.Where(one => one.JobId == "a").Select(one => one.Kind));
    }

    /// <summary>Jobs in one message stand in each other's way no more than in messages of their own.</summary>
    [Fact]
    public async Task Delivery_OfSeveral_HandlesJobsBesideEachOther()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int inHand = 0;
        _told.Before = _ =>
        {
            if (Interlocked.Increment(ref inHand) == 2)
            {
                both.SetResult();
            }

            return both.Task;
        };

        using HttpResponseMessage answer = await owner.DeliverAsync(Pack(Event("a", 1), Event("b", 1)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(2, _told.Events.Count);
    }

    [Fact]
    public async Task Delivery_OfSeveralOneOfWhichIsNone_HandsTheOthersOn()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);
        string odd = Pack(Event("a", 1), Event("b", 1)).Replace("\"jobId\":\"a\"", "\"jobId\":7", StringComparison.Ordinal);

        using HttpResponseMessage answer = await owner.DeliverAsync(odd);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["b-1 New Broker"], _told.Lines);
        Assert.Equal(1, owner.Log.Warnings("names no job and sequence"));
    }

    [Theory]
    [InlineData("""{"type":"com.joborchestrator.events.v1","data":[]}""")]
    [InlineData("""{"type":"com.joborchestrator.events.v1","data":{}}""")]
    [InlineData("""{"type":"com.joborchestrator.events.v1","data":[1,null,[],{"data":"x"}]}""")]
    [InlineData("""{"type":"com.joborchestrator.events.v1","data":[{""")]
    public async Task Delivery_OfSeveralThatAreNone_IsDropped(string body)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);

        using HttpResponseMessage answer = await owner.DeliverAsync(body);

        Assert.Contains("DROP", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(_told.Lines);
    }

    /// <summary>A label may be called as it likes.</summary>
    [Fact]
    public async Task Delivery_OfOneWhoseLabelIsCalledAsAPackIs_IsOne()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);
        FeedEvent one = Event("a", 1);
        var labels = new Dictionary<string, string> { ["kind"] = "com.joborchestrator.events.v1" };
        one = one with { Data = one.Data! with { Labels = labels } };

        Assert.Equal(HttpStatusCode.OK, await owner.DeliverAsync(one));

        Assert.Equal(["a-1 New Broker"], _told.Lines);
    }

    /// <summary>What is not published by choice is neither missed nor taken for something that the broker lost.</summary>
    [Theory]
    [InlineData("unpublished")]
    [InlineData("coalesced")]
    [InlineData("unwanted")]
    public async Task Gap_OfWhatIsLeftOutByChoice_HasNothingReadForIt(string why)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await CaughtUpAsync(orchestrator, options =>
        {
            if (why == "unwanted")
            {
                options.Topics.Remove(JobEventKind.Updated);
            }
        });
        for (int job = 0; job < 20; job++)
        {
            await DeliverAsync(Event($"a{job}", 1, "created"));
            await DeliverAsync(Event($"a{job}", 5, "completed"));
        }

        // A gap that counts has the feed read; were one of the others to count, it would have been read for it before.
        Assert.Equal(2, orchestrator.Feed.PagesRead);
        Assert.Equal(40, _told.Lines.Count);
        await owner.DeliverAsync(Event("b", 3, "completed"), route: "JobCompleted");
        await Eventually.TrueAsync(() => orchestrator.Feed.PagesRead > 2, "the feed is read for a gap that counts");

        async Task DeliverAsync(FeedEvent happened) =>
            Assert.Equal(HttpStatusCode.OK, await owner.DeliverAsync(Marked(happened, why), route: "JobCompleted"));
    }

    /// <summary>The feed brings what the broker does not get by choice, as ever; but no report of progress that was overtaken.</summary>
    [Fact]
    public async Task Feed_WithWhatIsLeftOutByChoice_HandsOnAllButReportsThatWereOvertaken()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await CaughtUpAsync(orchestrator, options => options.CatchUpInterval = TimeSpan.FromHours(1));
        foreach (FeedEvent happened in new[]
        {
            Marked(Event("a", 1, "created"), "unpublished"), Marked(Event("a", 2), "unpublished"),
            Marked(Event("a", 3, "completed"), "unpublished"),
            Marked(Event("b", 1, "created"), "coalesced"), Marked(Event("b", 2), "coalesced"),
            Report("b", 3), Report("b", 4), Report("b", 5),
        })
        {
            orchestrator.Feed.Add(happened);
        }

        // b's newest report was told; c's gap has the feed read.
        await owner.DeliverAsync(Marked(Event("b", 1, "created"), "coalesced"));
        await owner.DeliverAsync(Report("b", 4));
        await owner.DeliverAsync(Event("c", 2));
        orchestrator.Feed.Add(Event("c", 1));
        await Eventually.TrueAsync(() => _told.Lines.Contains("c-1 Stale Feed"), "the feed is read");

        Assert.Equal(
            [
                "a-1 New Feed", "a-2 New Feed", "a-3 New Feed",
                "b-1 New Broker", "b-2 Stale Feed", "b-4 New Broker", "b-5 New Feed",
                "c-1 Stale Feed", "c-2 New Broker",
            ],
            _told.Lines.Order());
    }

    /// <summary>A job that reports without end, and whose start the broker lost: it is found in the feed before it is forgotten.</summary>
    [Fact]
    public async Task Feed_AStartThatWasLostAmongVeryManyReports_IsHandedOn()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await CaughtUpAsync(orchestrator, options => options.CatchUpInterval = TimeSpan.FromHours(1));
        orchestrator.Feed.Add(Marked(Event("a", 1, "created"), "coalesced"));
        orchestrator.Feed.Add(Marked(Event("a", 2), "coalesced"));
        await owner.DeliverAsync(Marked(Event("a", 1, "created"), "coalesced"));
        for (long sequence = 3; sequence < 73; sequence++)
        {
            orchestrator.Feed.Add(Report("a", sequence));
        }

        for (long sequence = 4; sequence < 73; sequence += 2)
        {
            await owner.DeliverAsync(Report("a", sequence));
        }

        await Eventually.TrueAsync(() => _told.Lines.Contains("a-2 Stale Feed"), "the start is told of");
    }

    [Fact]
    public async Task Feed_WithWhatIsLeftOutByChoice_IsNoSignOfABrokerThatIsAway()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await CaughtUpAsync(
            orchestrator, options => options.CatchUpInterval = TimeSpan.FromSeconds(1.1));
        FeedEvent happened = Marked(Event("a", 1, "created"), "unpublished");
        orchestrator.Feed.Add(happened with { Data = happened.Data! with { OccurredAt = DateTimeOffset.UtcNow } });
        await Eventually.TrueAsync(() => _told.Lines.Contains("a-1 New Feed"), "the next reading");
        int pages = orchestrator.Feed.PagesRead;

        await Eventually.TrueAsync(() => orchestrator.Feed.PagesRead > pages + 1, "the one after it");

        Assert.Equal(0, owner.Log.Warnings("what the broker should have brought"));
    }

    private Task<OwnerHost> StartAsync(FakeOrchestrator orchestrator, bool unwraps = false) =>
        OwnerHost.StartAsync(orchestrator, _folder.Path, _told.AddTo, unwraps);

    /// <summary>An owner that has read the feed to its end.</summary>
    private async Task<OwnerHost> CaughtUpAsync(FakeOrchestrator orchestrator, Action<JobEventsOptions> configure)
    {
        OwnerHost owner = await OwnerHost.StartAsync(orchestrator, _folder.Path, events => _told.AddTo(events.Configure(configure)));
        await Eventually.TrueAsync(() => orchestrator.Feed.PagesRead == 2, "the catch-up at the start");
        return owner;
    }

    private static FeedEvent Report(string jobId, long sequence)
    {
        FeedEvent report = Marked(Event(jobId, sequence), "coalesced");
        return report with { Data = report.Data! with { PreviousStatus = JobStatus.InProgress } };
    }

    private static FeedEvent Marked(FeedEvent happened, string why) => happened with
    {
        Data = happened.Data! with
        {
            Unpublished = why == "unpublished" ? ["created", "updated"] : null,
            Coalesced = why == "coalesced",
        },
    };

    private static string Pack(params FeedEvent[] events) =>
        $$"""
        {"specversion":"1.0","id":"x","type":"com.joborchestrator.events.v1","source":"s","owner":"shop",
         "datacontenttype":"application/json",
         "data":[{{string.Join(',', events.Select(one => JsonSerializer.Serialize(one, WireJson.Wire.FeedEvent)))}}]}
        """;
}
