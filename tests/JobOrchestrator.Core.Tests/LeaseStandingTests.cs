namespace JobOrchestrator.Core.Tests;

/// <summary>What a worker should hear of its lease.</summary>
public sealed class LeaseStandingTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Standing_RunningJob_IsHeldByItsTokenAndOverByAnyOther()
    {
        Job job = Running();

        Assert.Equal(LeaseStanding.Held, job.StandingOf(job.Lease!.Token));
        Assert.Equal(LeaseStanding.Over, job.StandingOf("another"));
    }

    [Fact]
    public void Standing_CancelIsAskedFor_IsThat()
    {
        Job job = Running();

        Job asked = _shard.Changed(new Command.Cancel(job.Id));

        Assert.Equal(LeaseStanding.CancelRequested, asked.StandingOf(job.Lease!.Token));
        Assert.Equal(LeaseStanding.Over, asked.StandingOf("another"));
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("fail")]
    [InlineData("fail for good")]
    [InlineData("release")]
    public void Standing_EndedByItsOwnWorker_IsNoNewsToIt(string report)
    {
        Job job = Running();
        string token = job.Lease!.Token;
        var error = new JobError(JobError.WorkerError, "No.");

        Job ended = _shard.Changed(report switch
        {
            "complete" => new Command.Complete(job.Id, token, null),
            "fail" => new Command.Fail(job.Id, token, error, TryAgain: true),
            "fail for good" => new Command.Fail(job.Id, token, error, TryAgain: false),
            _ => new Command.Release(job.Id, token),
        });

        Assert.Equal(LeaseStanding.Reported, ended.StandingOf(token));
    }

    [Fact]
    public void Standing_TakenByTheNextAttempt_StaysWhatItWas()
    {
        Job first = Running();
        _shard.Changed(new Command.Release(first.Id, first.Lease!.Token));

        Job second = _shard.Lease();

        Assert.Equal(LeaseStanding.Reported, second.StandingOf(first.Lease.Token));
        Assert.Equal(LeaseStanding.Held, second.StandingOf(second.Lease!.Token));
    }

    [Fact]
    public void Standing_LeaseHasEnded_IsOverWhetherALateReportCameOrNot()
    {
        Job job = Running();
        string token = job.Lease!.Token;
        _shard.Pass(TestShard.LeaseSeconds);
        _shard.Tick();

        Job lost = _shard.Refused<Refusal.StaleLease>(new Command.Complete(job.Id, token, null)).Job;

        Assert.Equal(LeaseStanding.Over, lost.StandingOf(token));
    }

    [Fact]
    public void Standing_CancelledAtOnce_IsOver()
    {
        Job job = Running();

        Job cancelled = _shard.Changed(new Command.Cancel(job.Id, AtOnce: true));

        Assert.Equal(LeaseStanding.Over, cancelled.StandingOf(job.Lease!.Token));
    }

    private Job Running() => _shard.Running(TestShard.Submission(1));
}
