using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Which events are published, and in what form, is a choice; the feed has them all, each by itself.</summary>
public sealed class EventChoiceTests
{
    private readonly RecordingBus _bus = new();
    private readonly ModelStore _store = new();

    [Fact]
    public void Coalesce_ProgressOftenerThanThat_TellsTheFirstTheLastOfEachWhileAndTheEnd() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, Coalesced);
        Job leased = await RunningAsync(replica);
        for (int report = 1; report <= 25; report++)
        {
            await ReportAsync(replica, leased, report);
            await lane.PassAsync(0.1);
        }

        // Created, started, the first report, and of 2.5 s the last of each second.
        await lane.UntilAsync(() => Sequences(leased).LastOrDefault() == 27, "the last report is told");
        List<long> told = Sequences(leased);
        Assert.Equal([1, 2, 3], told.Take(3));
        Assert.Equal(6, told.Count);
        Assert.Equal(told.Order(), told);
        Assert.Equal(27, (await FeedAsync(replica)).Count);

        await ReportAsync(replica, leased, 26);
        await ReportAsync(replica, leased, 27);
        await CompleteAsync(replica, leased);
        await lane.UntilAsync(() => Sequences(leased)[^1] == 30, "the end is told", seconds: 0.5);
        await lane.PassAsync(5);
        Assert.Equal([.. told, 30], Sequences(leased));
        Assert.Equal(0, replica.Unpublished);
    });

    [Fact]
    public void Coalesce_ACrashBeforeTheLastReportIsTold_ItIsToldByTheNextHolder() => Lane.Run(async lane =>
    {
        TestReplica first = await StartAsync(lane, Coalesced);
        Job leased = await RunningAsync(first);
        await ReportAsync(first, leased, 1);
        await ReportAsync(first, leased, 2);
        await lane.UntilAsync(() => Sequences(leased).Count == 3, "the first report is told", seconds: 0.5);
        await first.DisposeAsync();

        await using TestReplica next = await StartAsync(lane, Coalesced, "b");

        await lane.UntilAsync(() => Sequences(leased).Contains(4), "the last report is told", seconds: 5);
    });

    [Fact]
    public void Packed_OneCommit_IsAMessageForEachOwnerWithItsEventsInOrder() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, Packed);
        string[] owners = ["shop", "shop", "bank", "shop"];
        await SubmitAsync(replica, owners);

        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told");

        Assert.Equal(2, _bus.Published.Count);
        foreach ((string owner, int count) in new[] { ("shop", 3), ("bank", 1) })
        {
            (string topic, OutboxEvent message) = Assert.Single(_bus.Published, one => one.Event.Owner == owner);
            using var json = JsonDocument.Parse(message.CloudEvent.Memory);
            Assert.Equal("job-events", topic);
            Assert.Equal(
                ("1.0", "com.joborchestrator.events.v1", owner, "job-orchestrator"),
                (Text("specversion"), Text("type"), Text("owner"), Text("source")));
            JsonElement[] events = [.. json.RootElement.GetProperty("data").EnumerateArray()];
            Assert.Equal(count, events.Length);
            Assert.All(events, one => Assert.Equal("job.created", one.GetProperty("type").GetString()));
            Assert.StartsWith($"{events[0].GetProperty("id").GetString()}+{count - 1}.", Text("id"), StringComparison.Ordinal);

            string Text(string member) => json.RootElement.GetProperty(member).GetString()!;
        }
    });

    /// <summary>Each job's events come in their order, whatever is packed with what, and none twice or not at all.</summary>
    [Fact]
    public void Packed_WholeLivesWhileTheBrokerIsAway_AreAllThereOnceAndInOrder() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, settings => Packed(settings) with
        {
            Bounds = settings.Bounds with { PackedBytesMax = 2_000 },
        });
        _bus.Fault = () => Fault.Unreachable;
        IReadOnlyList<Job> jobs = await SubmitAsync(replica, "shop", "bank", "shop", null, "shop");
        foreach (Job job in await replica.LeaseAsync(jobs.Count))
        {
            await CompleteAsync(replica, job);
        }

        _bus.Fault = () => Fault.None;
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told", seconds: 60);

        Assert.All(jobs, job => Assert.Equal([1, 2, 3], Sequences(job)));
        Assert.All(
            _bus.Published, one => Assert.True(one.Event.CloudEvent.Memory.Length <= 2_000 || one.Event.Packed.Count == 1));
    });

    [Fact]
    public void Packed_OneEventIsRefusedForGood_TheOthersOfItsMessageAreTaken() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, Packed);
        string refused = "";
        _bus.Refuses = (_, message) => refused.Length > 0 && message.CloudEvent.ToString().Contains(refused, StringComparison.Ordinal);
        NewJob[] wanted = [.. Enumerable.Range(0, 7).Select(_ => NewJob(replica, "shop"))];
        refused = wanted[3].Id.ToString();

        await replica.ProposeAsync("default", new Command.EnqueueMany(wanted));
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told or set aside", seconds: 120);

        Assert.Equal(wanted.Where((_, place) => place != 3).Select(job => job.Id.Value), Events().Select(one => one.Job));
        Assert.Single(replica.Health.Warnings);
    });

    /// <summary>Brokers say of what is too large for them what they say when they are away.</summary>
    [Fact]
    public void Packed_AMessageThatFailsForItsSize_GoesInSmallerOnes() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, Packed);
        _bus.SilentBytesMax = 2_000;
        IReadOnlyList<Job> jobs = await SubmitAsync(replica, [.. Enumerable.Repeat("shop", 12), .. Enumerable.Repeat("bank", 12)]);

        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told", seconds: 600);

        Assert.All(jobs, job => Assert.Equal([1L], Sequences(job).Distinct()));
        Assert.Empty(replica.Health.Warnings);
    });

    /// <summary>What follows is no larger than what went, and hardly smaller: it does not fail first.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Packed_AMessageThatWasTooLarge_TheNextOnesAreNoLargerThanWhatWent(bool isRefused) => Lane.Run(async lane =>
    {
        const int Bytes = 8_000;
        await using TestReplica replica = await StartAsync(lane, Packed);
        _bus.BytesMax = isRefused ? Bytes : long.MaxValue;
        _bus.SilentBytesMax = isRefused ? long.MaxValue : Bytes;
        string[] owners = [.. Enumerable.Repeat("shop", 100)];
        await SubmitAsync(replica, owners);
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told", seconds: 600);
        int before = _bus.Tried.Count;

        await SubmitAsync(replica, owners);
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told", seconds: 60);

        Assert.Equal(2 * owners.Length, Events().Count());
        Assert.All(_bus.Tried.Skip(before), one => Assert.InRange(one.Bytes, 1, Bytes));
        Assert.InRange(_bus.Tried.Skip(before).Max(one => one.Bytes), Bytes / 4, Bytes);
        Assert.Empty(replica.Health.Warnings);
    });

    /// <summary>One event that is too large even alone says nothing of the messages of others.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Packed_OneEventIsTooLargeAlone_TheNextOnesGoTogetherAsEver(int place) => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, Packed);
        _bus.BytesMax = 8_000;
        NewJob[] wanted = [NewJob(replica, "shop"), NewJob(replica, "shop")];
        wanted[place] = wanted[place] with { Spec = wanted[place].Spec with { Type = new string('t', 10_000) } };
        await replica.ProposeAsync("default", new Command.EnqueueMany(wanted));
        await lane.UntilAsync(() => replica.Unpublished == 0, "one is told, one set aside");
        Assert.Equal(wanted[1 - place].Id.Value, Assert.Single(Events()).Job);

        Assert.InRange(await TriesOfAsync(lane, replica, jobs: 100), 1, 20);
    });

    /// <summary>What is no larger than what went before was not too large: the broker was away.</summary>
    [Fact]
    public void Packed_TwoEventsFailForAMoment_TheNextOnesGoTogetherAsEver() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, Packed);
        Assert.Equal(1, await TriesOfAsync(lane, replica, jobs: 100));
        int tries = 0;
        _bus.Fault = () => ++tries <= ShardBounds.Usual.RefusedTries ? Fault.Failed : Fault.None;
        Assert.InRange(await TriesOfAsync(lane, replica, jobs: 2), ShardBounds.Usual.RefusedTries + 1, 10);

        Assert.Equal(1, await TriesOfAsync(lane, replica, jobs: 100));
    });

    /// <summary>Though the broker takes another topic all the time, what goes in smaller messages is not given up.</summary>
    [Fact]
    public void Packed_OneTopicsMessagesFailForTheirSizeForMinutes_NothingIsSetAside() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, settings => settings with { PackEvents = true });
        var jobs = new List<Job>();
        _bus.SilentBytesMax = 2_500;
        for (int minute = 0; minute < 12; minute++)
        {
            jobs.AddRange(await SubmitAsync(replica, [.. Enumerable.Repeat("shop", 40)]));
            await CompleteAsync(replica, Assert.Single(await replica.LeaseAsync()));
            await lane.PassAsync(10);
        }

        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told", seconds: 600);

        Assert.All(jobs, job => Assert.Equal(1L, Sequences(job)[0]));
        Assert.Empty(replica.Health.Warnings);
    });

    /// <summary>That it is slow, and that it failed once, is not that it has failed all the time.</summary>
    [Fact]
    public void Packed_OneTopicIsSlowForMinutesAndFailsForAMoment_NothingIsSetAside() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, settings => settings with
        {
            PackEvents = true,
            Bounds = settings.Bounds with { PackedBytesMax = 2_000 },
        });
        await CompleteAsync(replica, await RunningAsync(replica));
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told");
        int tries = 0;
        _bus.Waits = topic => topic == "job-created" && tries < 8 ? Task.Delay(TimeSpan.FromSeconds(10), lane.Clock) : Task.CompletedTask;
        _bus.TopicFault = topic => topic == "job-created" && ++tries is > 8 and <= 16 ? Fault.Failed : Fault.None;

        IReadOnlyList<Job> jobs = await SubmitAsync(replica, [.. Enumerable.Repeat("shop", 60)]);
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told", seconds: 180);

        Assert.All(jobs, job => Assert.Equal([1L], Sequences(job)));
        Assert.Empty(replica.Health.Warnings);
        Assert.InRange(tries, 17, int.MaxValue);
    });

    /// <summary>Of a topic that is given up not every event is tried: meanwhile the shard's others may have to wait.</summary>
    [Fact]
    public void Packed_OneTopicIsNotTakenForMinutes_ItsEventsAreSetAsideAfterFewTriesAndOthersGoOut() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, settings => settings with { PackEvents = true });
        await SubmitAsync(replica, "bank", "bank");
        IReadOnlyList<Job> running = await replica.LeaseAsync(2);
        await CompleteAsync(replica, running[0]);
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told");
        _bus.TopicFault = topic => topic == "job-created" ? Fault.Failed : Fault.None;
        int before = _bus.Tried.Count;

        IReadOnlyList<Job> jobs = await SubmitAsync(replica, [.. Enumerable.Repeat("shop", 500)]);
        await CompleteAsync(replica, running[1]);

        await lane.UntilAsync(() => Sequences(running[1]).Contains(3), "the other's end is told", seconds: 10);
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told or set aside", seconds: 180);
        Assert.InRange(_bus.Tried.Skip(before).Count(one => one.Topic == "job-created"), 1, 80);
        Assert.Contains($"{jobs.Count} were set aside", Assert.Single(replica.Health.Warnings), StringComparison.Ordinal);
    });

    /// <summary>Events of which the broker says what it says when it is away: with those beside them nothing is wrong.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(39)]
    [InlineData(0, 1, 3)]
    [InlineData(0, 1, 2, 20, 39)]
    public void Packed_SomeEventsFailForMinutes_TheOthersOfTheirMessageAreTaken(params int[] places) => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, settings => settings with { PackEvents = true });
        await CompleteAsync(replica, await RunningAsync(replica));
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told");
        NewJob[] wanted = [.. Enumerable.Range(0, 40).Select(_ => NewJob(replica, "shop"))];
        string[] broken = [.. places.Select(place => wanted[place].Id.ToString())];
        _bus.Breaks = (_, message) => broken.Any(id => message.CloudEvent.ToString().Contains(id, StringComparison.Ordinal));

        await replica.ProposeAsync("default", new Command.EnqueueMany(wanted));
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told or set aside", seconds: 180);

        Assert.Equal(
            wanted.Where((_, at) => !places.Contains(at)).Select(job => job.Id.Value),
            Events().Where(one => one.Owner == "shop").Select(one => one.Job));
        Assert.Contains($"{places.Length} were set aside", Assert.Single(replica.Health.Warnings), StringComparison.Ordinal);
    });

    /// <summary>A broker may drop an id that it has had: another message has another one.</summary>
    [Fact]
    public void Packed_WithOthers_HasAnotherId()
    {
        OutboxEvent[] events = [.. Enumerable.Range(1, 3).Select(number => new OutboxEvent(
            JsonText.Of($$"""{"id":"{{number}}","source":"s","time":"t"}"""), JobEventKind.Created, Guid.Empty, "shop", "q"))];

        string[] ids = [.. new[] { [events[0], events[1]], [events[0], events[2]], events }.Select(packed =>
        {
            using var json = JsonDocument.Parse(EventPack.Of(packed).CloudEvent.Memory);
            return json.RootElement.GetProperty("id").GetString()!;
        })];

        Assert.Equal(3, ids.Distinct().Count());
        Assert.All(ids, id => Assert.StartsWith("1+", id, StringComparison.Ordinal));
    }

    /// <summary>What is not published holds nothing up, and overtakes nothing that is.</summary>
    [Fact]
    public void Coalesce_OfAQueueThatPublishesUpdatesAlone_TellsTheLastReportThoughTheEndIsNot() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, Coalesced);
        await ChooseAsync(replica, EventKinds.Created | EventKinds.Completed);
        Job leased = await RunningAsync(replica);
        await ReportAsync(replica, leased, 1);
        await ReportAsync(replica, leased, 2);
        await CompleteAsync(replica, leased);

        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told");

        Assert.Equal([2, 3, 4], Sequences(leased));
    });

    [Fact]
    public void Queue_ThatPublishesEndsAlone_TellsEndsAloneAfterATakeoverToo() => Lane.Run(async lane =>
    {
        TestReplica first = await StartAsync(lane, settings => settings);
        await ChooseAsync(first, EventKinds.Created | EventKinds.Updated);
        Job before = await RunningAsync(first);
        await CompleteAsync(first, before);
        await first.DisposeAsync();
        await using TestReplica replica = await StartAsync(lane, settings => settings, "b");
        Job after = await RunningAsync(replica);
        await CompleteAsync(replica, after);

        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told");
        Assert.Equal([3], Sequences(before).Distinct());
        Assert.Equal([3], Sequences(after).Distinct());
        Assert.Equal(6, (await FeedAsync(replica)).Count);
        Assert.All(
            await FeedAsync(replica),
            one => Assert.Contains("\"unpublished\":[\"created\",\"updated\"]", one, StringComparison.Ordinal));
        QueueStatistics queue = Assert.Single(await replica.QueuesAsync());
        Assert.Equal(EventKinds.Created | EventKinds.Updated, queue.Unpublished);

        await ChooseAsync(replica, EventKinds.None);
        Job all = await RunningAsync(replica);
        await lane.UntilAsync(() => Sequences(all).Count == 2, "its beginning is told again");
        Assert.DoesNotContain(await replica.QueuesAsync(), one => one.Unpublished != EventKinds.None);
    });

    private static ReplicaSettings Coalesced(ReplicaSettings settings) => settings with { EventCoalesce = TimeSpan.FromSeconds(1) };

    private static ReplicaSettings Packed(ReplicaSettings settings) => settings with
    {
        PackEvents = true,
        Topics = Enum.GetValues<JobEventKind>().ToDictionary(kind => kind, _ => "job-events"),
    };

    private Task<TestReplica> StartAsync(Lane lane, Func<ReplicaSettings, ReplicaSettings> configure, string name = "a") =>
        lane.StartAsync(_store, name, configure, _bus);

    private static NewJob NewJob(TestReplica replica, string? owner)
    {
        NewJob job = replica.NewJob();
        return job with { Spec = job.Spec with { Owner = owner } };
    }

    private static async Task<IReadOnlyList<Job>> SubmitAsync(TestReplica replica, params string?[] owners) =>
    [
        .. Assert.IsType<Outcome.AcceptedMany>(await replica.ProposeAsync(
            "default", new Command.EnqueueMany([.. owners.Select(owner => NewJob(replica, owner))])))
            .Items.Select(item => Assert.IsType<Outcome.Accepted>(item).Job),
    ];

    /// <summary>How many publishes the events of so many new jobs of one owner take.</summary>
    private async Task<int> TriesOfAsync(Lane lane, TestReplica replica, int jobs)
    {
        int before = _bus.Tried.Count;
        await SubmitAsync(replica, [.. Enumerable.Repeat("shop", jobs)]);
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told");
        return _bus.Tried.Count - before;
    }

    private static async Task<Job> RunningAsync(TestReplica replica)
    {
        await replica.EnqueueAsync();
        return Assert.Single(await replica.LeaseAsync());
    }

    private static async Task ReportAsync(TestReplica replica, Job leased, int percent) => Assert.IsType<Outcome.Extended>(
        await replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token, new Progress(percent, null))));

    private static async Task CompleteAsync(TestReplica replica, Job leased) => Assert.IsType<Outcome.Changed>(
        await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token)));

    private static async Task ChooseAsync(TestReplica replica, EventKinds unpublished) => Assert.IsType<Outcome.Done>(
        await replica.ProposeAsync("default", new Command.ChooseEvents("default", unpublished)));

    private static async Task<IReadOnlyList<string>> FeedAsync(TestReplica replica)
    {
        FeedPage page = await replica.Shards.ReadFeedAsync(Feed.Oldest, new FeedFilter(), 1_000, TimeSpan.Zero, CancellationToken.None);
        return [.. page.Events.Select(one => one.CloudEvent.ToString()!)];
    }

    /// <summary>The events that the broker was given, each by itself.</summary>
    private IEnumerable<OutboxEvent> Events() =>
        _bus.Published.SelectMany(one => one.Event.Packed.Count > 0 ? one.Event.Packed : [one.Event]);

    private List<long> Sequences(Job job) => [.. Events().Where(one => one.Job == job.Id.Value).Select(one =>
    {
        using var json = JsonDocument.Parse(one.CloudEvent.Memory);
        return json.RootElement.GetProperty("data").GetProperty("sequence").GetInt64();
    })];
}
