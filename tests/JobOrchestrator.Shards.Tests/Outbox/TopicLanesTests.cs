using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>H2: a topic that the broker does not take held up every other one of its shard.</summary>
public sealed class TopicLanesTests
{
    /// <summary>H2: the broker says INTERNAL for one topic, for whatever reason, and takes the others.</summary>
    [Fact]
    public void Publish_OneTopicFails_OtherJobsGoOnAndNoEventOfAJobOvertakesAnother() => Lane.Run(async lane =>
    {
        var bus = new RecordingBus();
        await using TestReplica replica = await lane.StartAsync(new ModelStore(), bus: bus);
        Job older = await replica.EnqueueAsync();
        await lane.UntilAsync(() => Told(bus, older).Contains("job-created"), "its beginning is told");
        bus.TopicFault = topic => topic == "job-created" ? Fault.Failed : Fault.None;
        Job newer = await replica.EnqueueAsync();

        await CompleteAsync(replica, older);
        await CompleteAsync(replica, newer);
        await lane.UntilAsync(() => Told(bus, older).Contains("job-completed"), "the older one's end is told", seconds: 6);
        Assert.Empty(Told(bus, newer));

        bus.TopicFault = _ => Fault.None;
        await lane.UntilAsync(() => Told(bus, newer).Contains("job-completed"), "the newer one's end is told", seconds: 10);
        Assert.Equal(["job-created", "job-updated", "job-completed"], Told(bus, newer));
        Assert.Empty(replica.Health.Warnings);
    });

    [Fact]
    public void Publish_OneTopicFailsForAWhile_ItsEventsGoOutOnceThen() => Lane.Run(async lane =>
    {
        var bus = new RecordingBus();
        await using TestReplica replica = await lane.StartAsync(new ModelStore(), bus: bus);
        bus.TopicFault = topic => topic == "job-created" ? Fault.Failed : Fault.None;
        Job job = await replica.EnqueueAsync();
        await lane.PassAsync(20);
        Job later = await replica.EnqueueAsync();
        await lane.PassAsync(20);

        bus.TopicFault = _ => Fault.None;
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told", seconds: 20);
        await lane.PassAsync(20);

        Assert.Equal([job.Id.Value, later.Id.Value], bus.Published.Select(one => one.Event.Job));
    });

    /// <summary>While nothing goes out, there is no topic to be blamed, and each job's events come in their order.</summary>
    [Fact]
    public void Publish_TheBrokerIsAwayForAMinute_EachJobsEventsComeInOrder() => Lane.Run(async lane =>
    {
        var bus = new RecordingBus();
        await using TestReplica replica = await lane.StartAsync(new ModelStore(), bus: bus);
        bus.Fault = () => Fault.Unreachable;

        var jobs = new List<Job>();
        for (int i = 0; i < 5; i++)
        {
            jobs.Add(await replica.EnqueueAsync());
            await CompleteAsync(replica, jobs[^1]);
            await lane.PassAsync(12);
        }

        bus.Fault = () => Fault.None;
        await lane.UntilAsync(
            () => jobs.TrueForAll(job => Told(bus, job).Contains("job-completed")), "all is told", seconds: 20);
        Assert.All(jobs, job => Assert.Equal(["job-created", "job-updated", "job-completed"], Told(bus, job)));
    });

    /// <summary>What is not taken for minutes while others are must not grow without end, nor keep the outbox.</summary>
    [Fact]
    public void Publish_OneTopicFailsForMinutes_ItsEventsAreSetAsideAndShown() => Lane.Run(async lane =>
    {
        var bus = new RecordingBus();
        await using TestReplica replica = await lane.StartAsync(new ModelStore(), bus: bus);
        Job before = await replica.EnqueueAsync();
        await CompleteAsync(replica, before);
        await lane.UntilAsync(() => Told(bus, before).Contains("job-completed"), "its end is told");
        bus.TopicFault = topic => topic == "job-created" ? Fault.Failed : Fault.None;

        var jobs = new List<Job>();
        for (int i = 0; i < 20; i++)
        {
            jobs.Add(await replica.EnqueueAsync());
            await replica.EnqueueAsync("other");
            await CompleteAsync(replica, jobs[^1]);
            await lane.PassAsync(10);
        }

        Assert.Contains(replica.Health.Warnings, warning => warning.Contains("were set aside", StringComparison.Ordinal));
        await lane.UntilAsync(
            () => jobs.TrueForAll(job => Told(bus, job).Contains("job-completed")), "the ends are told", seconds: 20);
    });

    /// <summary>
    /// A job's later events wait with its first one, and go to another topic that is not taken either; what was taken last is that one's.
    /// </summary>
    [Theory]
    [InlineData(8 << 20)]
    [InlineData(4_000)]
    public void Publish_TwoTopicsFailForMinutes_WhatGoesToAThirdComes(long bytesBehindMax) => Lane.Run(async lane =>
    {
        var bus = new RecordingBus();
        await using TestReplica replica = await StartWithRunningAsync(lane, bus, bytesBehindMax);
        bus.TopicFault = topic => topic is "job-created" or "job-updated" ? Fault.Failed : Fault.None;

        var jobs = new List<Job>();
        for (int i = 0; i < 20; i++)
        {
            jobs.Add(await replica.EnqueueAsync());
            await CompleteAsync(replica, jobs[^1]);
            await lane.PassAsync(10);
        }

        await lane.UntilAsync(
            () => jobs.TrueForAll(job => Told(bus, job).Contains("job-completed")), "the ends are told", seconds: 60);
        await lane.UntilAsync(() => replica.Unpublished == 0, "all is told or set aside", seconds: 120);
        Assert.Contains(replica.Health.Warnings, warning => warning.Contains("were set aside", StringComparison.Ordinal));
    });

    [Fact]
    public void Publish_OneOfTwoTopicsThatFailedRecovers_ItsEventsComeThoughTheOtherFailsOn() => Lane.Run(async lane =>
    {
        var bus = new RecordingBus();
        await using TestReplica replica = await StartWithRunningAsync(lane, bus);
        bus.TopicFault = topic => topic is "job-created" or "job-updated" ? Fault.Failed : Fault.None;
        for (int i = 0; i < 10; i++)
        {
            await CompleteAsync(replica, await replica.EnqueueAsync());
            await lane.PassAsync(10);
        }

        bus.TopicFault = topic => topic == "job-updated" ? Fault.Failed : Fault.None;
        Job job = await replica.EnqueueAsync();
        await CompleteAsync(replica, job);

        await lane.UntilAsync(() => Told(bus, job).Contains("job-completed"), "its end is told", seconds: 180);
        Assert.Equal(["job-created", "job-completed"], Told(bus, job));
    });

    /// <summary>A topic that is taken now and then catches up; it is not the one that the broker does not take.</summary>
    [Fact]
    public void Publish_OneTopicIsTakenNowAndThen_NothingIsSetAside() => Lane.Run(async lane =>
    {
        var bus = new RecordingBus();
        await using TestReplica replica = await lane.StartAsync(new ModelStore(), bus: bus);
        int tries = 0;
        bus.TopicFault = topic => topic == "job-created" && ++tries % 6 != 0 ? Fault.Failed : Fault.None;

        var jobs = new List<Job>();
        for (int i = 0; i < 60; i++)
        {
            jobs.Add(await replica.EnqueueAsync("created"));
            Job other = await replica.EnqueueAsync();
            await CompleteAsync(replica, other);
            await lane.PassAsync(5);
        }

        bus.TopicFault = _ => Fault.None;
        await lane.UntilAsync(() => jobs.TrueForAll(job => Told(bus, job).Contains("job-created")), "all is told", seconds: 60);
        Assert.Empty(replica.Health.Warnings);
    });

    /// <summary>One job has ended, and another one's beginning is what was told last.</summary>
    private static async Task<TestReplica> StartWithRunningAsync(Lane lane, RecordingBus bus, long bytesBehindMax = 8 << 20)
    {
        TestReplica replica = await lane.StartAsync(
            new ModelStore(),
            configure: settings => settings with { Bounds = settings.Bounds with { TopicBytesBehindMax = bytesBehindMax } },
            bus: bus);
        await CompleteAsync(replica, await replica.EnqueueAsync());
        NewJob job = replica.NewJob();
        await replica.ProposeAsync("default", new Command.Enqueue(job with { Spec = job.Spec with { LeaseSeconds = 3_600 } }));
        Job running = Assert.Single(await replica.LeaseAsync());
        await lane.UntilAsync(() => Told(bus, running).Contains("job-updated"), "its beginning is told");
        return replica;
    }

    private static async Task CompleteAsync(TestReplica replica, Job job)
    {
        Job leased = Assert.Single(await replica.LeaseAsync());
        Assert.Equal(job.Id, leased.Id);
        Assert.IsType<Outcome.Changed>(await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token)));
    }

    private static List<string> Told(RecordingBus bus, Job job) =>
        [.. bus.Published.Where(one => one.Event.Job == job.Id.Value).Select(one => one.Topic).Distinct()];
}
