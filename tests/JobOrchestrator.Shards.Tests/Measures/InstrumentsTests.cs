using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What is measured is what was stored: once each, with its times, whatever became of the job.</summary>
public sealed class InstrumentsTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Jobs_EndInEveryWay_AreCountedOnceEachWithTheirTimes()
    {
        using var instruments = new Instruments(namesMax: 10);
        using var measured = new Measured(instruments.Meter);
        await using TestReplica replica = await StartAsync(instruments);

        // One that completes after 4 s, having waited for 3; one that is cancelled before it runs.
        await replica.EnqueueAsync("mail");
        _clock.Advance(TimeSpan.FromSeconds(3));
        Job leased = Assert.Single(await replica.LeaseAsync(queue: "mail"));
        _clock.Advance(TimeSpan.FromSeconds(4));
        await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token, null));
        Job cancelled = await replica.EnqueueAsync("mail");
        await replica.ProposeAsync(new Command.Cancel(cancelled.Id));

        Assert.Equal(2, measured.Sum("joborchestrator.jobs.submitted", "queue=mail type=test"));
        Assert.Equal(1, measured.Sum("joborchestrator.jobs.finished", "queue=mail type=test status=Completed"));
        Assert.Equal(1, measured.Sum("joborchestrator.jobs.finished", "queue=mail type=test status=Cancelled"));
        Assert.Equal([1], measured.Values("joborchestrator.attempts", "queue=mail type=test outcome=Completed"));
        Assert.Equal([3], measured.Values("joborchestrator.job.wait", "queue=mail type=test"));
        Assert.Equal([4], measured.Values("joborchestrator.job.run", "queue=mail type=test outcome=Completed"));
    }

    [Fact]
    public async Task AnAttempt_FailsAndRunsAgain_WaitsFromWhenItMayRunAgain()
    {
        using var instruments = new Instruments(namesMax: 10);
        using var measured = new Measured(instruments.Meter);
        await using TestReplica replica = await StartAsync(instruments);
        await replica.EnqueueAsync("mail");
        Job first = Assert.Single(await replica.LeaseAsync(queue: "mail"));
        _clock.Advance(TimeSpan.FromSeconds(2));
        await replica.ProposeAsync(new Command.Fail(first.Id, first.Lease!.Token, new JobError(JobError.WorkerError, "SMTP 451")));
        TimeSpan pause = (await replica.FindAsync(first.Id)).RunAt - _clock.GetUtcNow();
        _clock.Advance(pause + TimeSpan.FromSeconds(5));
        Job second = Assert.Single(await replica.LeaseAsync(queue: "mail"));
        await replica.ProposeAsync(new Command.Release(second.Id, second.Lease!.Token));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(await replica.LeaseAsync(queue: "mail"));

        Assert.Equal(1, measured.Sum("joborchestrator.attempts", "queue=mail type=test outcome=Failed"));
        Assert.Equal(1, measured.Sum("joborchestrator.attempts", "queue=mail type=test outcome=Released"));
        Assert.Equal([0, 5, 1], measured.Values("joborchestrator.job.wait", "queue=mail type=test"));
        Assert.Equal(0, measured.Sum("joborchestrator.jobs.finished", "queue=mail type=test status=Failed"));
    }

    /// <summary>A rate of what appears with its first one does not see that one.</summary>
    [Fact]
    public async Task WhatHasNotHappenedYet_IsZeroFromTheFirstJobOn()
    {
        using var instruments = new Instruments(namesMax: 10);
        using var measured = new Measured(instruments.Meter);
        await using TestReplica replica = await StartAsync(instruments);

        await replica.EnqueueAsync("mail");
        await replica.EnqueueAsync("mail");

        Assert.Equal([0], measured.Values("joborchestrator.commit.conflicts", ""));
        Assert.Equal([0], measured.Values("joborchestrator.reports.refused", "reason=stale-lease"));
        Assert.Equal([0], measured.Values("joborchestrator.lease.lost", "queue=mail type=test"));
        Assert.Equal([0], measured.Values("joborchestrator.jobs.finished", "queue=mail type=test status=Failed"));
    }

    [Fact]
    public async Task AWorker_FallsSilent_ItsLeaseIsLostAndItsReportRefused()
    {
        using var instruments = new Instruments(namesMax: 10);
        using var measured = new Measured(instruments.Meter);
        await using TestReplica replica = await StartAsync(instruments);
        await replica.EnqueueAsync("mail");
        Job leased = Assert.Single(await replica.LeaseAsync(queue: "mail"));
        await Eventually.TrueAsync(
            async () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return (await replica.FindAsync(leased.Id)).Lease is null;
            },
            "the lease is lost");
        Outcome late = await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token, null));

        Assert.IsType<Outcome.Refused>(late);
        Assert.Equal(1, measured.Sum("joborchestrator.lease.lost", "queue=mail type=test"));
        Assert.Equal(1, measured.Sum("joborchestrator.attempts", "queue=mail type=test outcome=LeaseLost"));
        Assert.Equal(1, measured.Sum("joborchestrator.reports.refused", "reason=stale-lease"));
    }

    [Fact]
    public async Task Queues_ManyNames_AreOtherTogether()
    {
        using var instruments = new Instruments(namesMax: 2);
        using var measured = new Measured(instruments.Meter);
        await using TestReplica replica = await StartAsync(instruments);
        foreach (string queue in new[] { "a", "b", "c", "d", "a" })
        {
            await replica.EnqueueAsync(queue);
        }

        Assert.Equal(2, measured.Sum("joborchestrator.jobs.submitted", "queue=a type=test"));
        Assert.Equal(1, measured.Sum("joborchestrator.jobs.submitted", "queue=b type=test"));
        Assert.Equal(2, measured.Sum("joborchestrator.jobs.submitted", "queue=other type=test"));
    }

    [Fact]
    public async Task Queues_OneThatIsCalledOther_IsCountedWithTheOthers()
    {
        using var instruments = new Instruments(namesMax: 2);
        using var measured = new Measured(instruments.Meter);
        await using TestReplica replica = await StartAsync(instruments);
        foreach (string queue in new[] { "other", "a", "b" })
        {
            await replica.EnqueueAsync(queue);
        }

        Assert.Equal(2, measured.Sum("joborchestrator.jobs.submitted", "queue=other type=test"));
    }

    /// <summary>However many names callers make up, an instrument keeps fewer lines than an exporter throws away.</summary>
    [Fact]
    public void Labels_OfManyQueuesAndTypes_AreFewEnoughForAnExporter()
    {
        var labels = new QueueLabels(namesMax: 100);
        var pairs = new HashSet<(object?, object?)>();
        for (int i = 0; i < 5_000; i++)
        {
            Job job = TestJobs.Job(i) with { Spec = TestJobs.Job(i).Spec with { Queue = $"q{i % 300}", Type = $"t{i % 299}" } };
            (KeyValuePair<string, object?> queue, KeyValuePair<string, object?> type) = labels.Of(job);
            pairs.Add((queue.Value, type.Value));
        }

        Assert.InRange(pairs.Count * Enum.GetValues<AttemptOutcome>().Length, 500, 2_000);
        Assert.Equal(("q0", "other"), (labels.Seen("q0"), labels.Seen("q299")));
    }

    [Fact]
    public async Task AReportThatComesTooLate_EndsNoAttempt_SoTheNextOneWaitsSinceTheLeaseWasLost()
    {
        using var instruments = new Instruments(namesMax: 10);
        using var measured = new Measured(instruments.Meter);
        await using TestReplica replica = await StartAsync(instruments);
        await replica.EnqueueAsync("mail");
        Job first = Assert.Single(await replica.LeaseAsync(queue: "mail"));
        await Eventually.TrueAsync(
            async () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return (await replica.FindAsync(first.Id)).Lease is null;
            },
            "the lease is lost");
        TimeSpan pause = (await replica.FindAsync(first.Id)).RunAt - _clock.GetUtcNow();
        _clock.Advance(pause + TimeSpan.FromSeconds(50));
        await replica.ProposeAsync(new Command.Complete(first.Id, first.Lease!.Token, null));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(await replica.LeaseAsync(queue: "mail"));

        Assert.Equal([0, 60], measured.Values("joborchestrator.job.wait", "queue=mail type=test"));
    }

    [Fact]
    public async Task Commits_AreMeasured_AndNoOwnerOrJobIsALabel()
    {
        using var instruments = new Instruments(namesMax: 10, messaging: true);
        using var measured = new Measured(instruments.Meter);
        await using TestReplica replica = await StartAsync(instruments);
        Job job = await replica.EnqueueAsync("mail");
        Job leased = Assert.Single(await replica.LeaseAsync(queue: "mail"));
        await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token, null));

        Assert.Contains(1, measured.Values("joborchestrator.commit.jobs"));
        Assert.NotEmpty(measured.Values("joborchestrator.commit.duration"));
        const string Mail = " messaging.destination.name=mail";
        const string System = "messaging.system=joborchestrator messaging.operation.name=";
        Assert.Equal(1, measured.Sum("messaging.client.sent.messages", System + "send" + Mail));
        Assert.Equal(1, measured.Sum("messaging.client.consumed.messages", System + "receive" + Mail));
        Assert.Single(measured.Values("messaging.process.duration", System + "process" + Mail));
        Assert.Single(measured.Values("messaging.client.operation.duration", System + "settle"));
        string[] names =
        [
            "joborchestrator.jobs.submitted", "joborchestrator.attempts", "joborchestrator.job.run", "messaging.client.sent.messages",
        ];
        Assert.All(names.SelectMany(measured.Labels), labels =>
        {
            Assert.DoesNotContain(job.Id.ToString(), labels, StringComparison.Ordinal);
            Assert.DoesNotContain(job.Owner!, labels, StringComparison.Ordinal);
            Assert.DoesNotContain("worker", labels, StringComparison.Ordinal);
        });
    }

    private Task<TestReplica> StartAsync(Instruments instruments) =>
        TestReplica.StartAsync(new ModelStore(), new RecordingBus(), _clock, instruments: instruments);
}
