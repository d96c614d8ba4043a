using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Who restarts the service for its errors looks at them afterwards.</summary>
public sealed class ErrorRecallTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ModelStore _store = new();
    private readonly RecordingBus _bus = new();

    [Fact]
    public async Task Errors_FromBeforeARestart_AreRecalledOnce()
    {
        JobId last;
        await using (TestReplica former = await TestReplica.StartAsync(_store, _bus, _clock))
        {
            await FailAsync(former, "a");
            _clock.Advance(TimeSpan.FromMinutes(3));
            last = await FailAsync(former, "a");
            await former.EnqueueAsync();
            await former.StopAsync();
        }

        _clock.Advance(TimeSpan.FromMinutes(1));
        await using TestReplica next = await TestReplica.StartAsync(_store, _bus, _clock, "next");

        ErrorsAnswer recalled = await AskAsync(next);
        ErrorGroup group = Assert.Single(recalled.Groups);
        Assert.Equal((2, 2), (recalled.Total, group.Spark.Sum()));
        Assert.Equal((last, true), (group.Example, group.IsLowerBound));
        Assert.Equal(TimeSpan.FromMinutes(3), group.LastAt - group.FirstAt);
        Assert.Equal(2, (await AskAsync(next, "owner-0", "owner-1")).Total);

        JobId newest = await FailAsync(next, "a");
        Assert.Equal((3, newest), ((await AskAsync(next)).Total, (await AskAsync(next)).Groups[0].Example));
    }

    [Fact]
    public async Task Errors_TheStoreIsAway_AreRecalledWhenItAnswersAgain()
    {
        await using (TestReplica former = await TestReplica.StartAsync(_store, _bus, _clock))
        {
            await FailAsync(former, "a");
            await former.StopAsync();
        }

        _clock.Advance(TimeSpan.FromMinutes(1));
        await using TestReplica next = await TestReplica.StartAsync(_store, _bus, _clock, "next");
        _store.Fault = _ => Fault.Unreachable;
        Assert.Equal(0, (await AskAsync(next)).Total);

        _store.Fault = _ => Fault.None;
        await Eventually.TrueAsync(
            async () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return (await AskAsync(next)).Total == 1;
            },
            "it is recalled");
    }

    private async Task<ErrorsAnswer> AskAsync(TestReplica replica, params string[] owners)
    {
        var window = ErrorWindow.Of(TimeSpan.FromHours(1), _clock.GetUtcNow());
        if (owners.Length == 0)
        {
            return Assert.Single(await replica.Shards.ErrorsAsync(window, null, CancellationToken.None))!;
        }

        var answers = new List<ErrorsAnswer>();
        foreach (string owner in owners)
        {
            answers.AddRange((await replica.Shards.ErrorsAsync(window, owner, CancellationToken.None)).OfType<ErrorsAnswer>());
        }

        return answers[0] with { Total = answers.Sum(answer => answer.Total) };
    }

    private static async Task<JobId> FailAsync(TestReplica replica, string title)
    {
        await replica.EnqueueAsync();
        Job job = Assert.Single(await replica.LeaseAsync());
        var fail = new Command.Fail(job.Id, job.Lease!.Token, new JobError(JobError.WorkerError, title), TryAgain: false);
        Assert.Equal(JobStatus.Failed, Assert.IsType<Outcome.Changed>(await replica.ProposeAsync(fail)).Job.Status);
        return job.Id;
    }
}
