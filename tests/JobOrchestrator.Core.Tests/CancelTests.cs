namespace JobOrchestrator.Core.Tests;

public sealed class CancelTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Cancel_WaitingJob_EndsItAtOnce()
    {
        _shard.Enqueue(1);

        Job cancelled = _shard.Changed(new Command.Cancel(TestShard.Id(1)));

        Assert.Equal(
            (JobStatus.Cancelled, true, JobError.Cancelled), (cancelled.Status, cancelled.CancelRequested, cancelled.Error!.Type));
        Assert.Equal((_shard.Now, _shard.Now + _shard.Settings.Retention), (cancelled.FinishedAt, cancelled.ExpiresAt));
        Assert.Equal(JobEventKind.Cancelled, _shard.Shard.TakeChanges().Events[^1].Kind);
        Assert.Empty(_shard.LeaseMany(1));
    }

    [Fact]
    public void Cancel_ScheduledJob_EndsItAtOnceAndNothingStaysDue()
    {
        _shard.Enqueue(TestShard.Submission(1) with { RunAt = TestShard.Start.AddDays(1), TimeLimitSeconds = 5 });

        _shard.Changed(new Command.Cancel(TestShard.Id(1)));

        Assert.Null(_shard.Shard.NextDue);
    }

    [Fact]
    public void Cancel_RunningJob_AsksItsWorker()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Shard.TakeChanges();

        Job asked = _shard.Changed(new Command.Cancel(job.Id));

        Assert.Equal((JobStatus.InProgress, true, job.Lease), (asked.Status, asked.CancelRequested, asked.Lease));
        Assert.Equal(JobEventKind.Updated, Assert.Single(_shard.Shard.TakeChanges().Events).Kind);
    }

    [Fact]
    public void Cancel_RunningJobAgain_ChangesNothing()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Changed(new Command.Cancel(job.Id));
        _shard.Shard.TakeChanges();

        Assert.True(_shard.Apply<Outcome.Unchanged>(new Command.Cancel(job.Id)).Job.CancelRequested);
        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
    }

    [Fact]
    public void Cancel_CancelledJob_ChangesNothing()
    {
        _shard.Enqueue(1);
        _shard.Changed(new Command.Cancel(TestShard.Id(1)));

        Assert.Equal(JobStatus.Cancelled, _shard.Apply<Outcome.Unchanged>(new Command.Cancel(TestShard.Id(1))).Job.Status);
    }

    [Fact]
    public void Cancel_OtherwiseFinishedJob_IsRefused()
    {
        Job done = _shard.Stored(TestShard.Submission(1));
        _shard.Shard.Recall(done);

        Refusal.AlreadyFinished refusal = _shard.Refused<Refusal.AlreadyFinished>(new Command.Cancel(done.Id));

        Assert.Equal((done, false), (refusal.Job, refusal.Retryable));
    }

    [Fact]
    public void Heartbeat_CancelRequested_TellsAndExtendsOnceOnly()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Changed(new Command.Cancel(job.Id));
        _shard.Pass(10);

        Outcome.Extended told = _shard.Apply<Outcome.Extended>(new Command.Heartbeat(job.Id, job.Lease!.Token));
        _shard.Pass(10);
        Outcome.Extended again = _shard.Apply<Outcome.Extended>(new Command.Heartbeat(job.Id, job.Lease.Token));

        DateTimeOffset end = TestShard.Start.AddSeconds(10 + TestShard.LeaseSeconds);
        Assert.Equal((end, true), (told.LeaseExpiresAt, told.CancelRequested));
        Assert.Equal((end, true), (again.LeaseExpiresAt, again.CancelRequested));
    }

    [Fact]
    public void Tick_ToldWorkerDoesNotObeyBeforeItsLeaseEnds_TheJobIsCancelledAllTheSame()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Changed(new Command.Cancel(job.Id));
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(job.Id, job.Lease!.Token));
        _shard.Pass(TestShard.LeaseSeconds);

        _shard.Tick();

        Refusal.StaleLease late = _shard.Refused<Refusal.StaleLease>(new Command.Complete(job.Id, job.Lease.Token));
        Assert.Equal((JobStatus.Cancelled, JobError.Cancelled), (late.Job.Status, late.Job.Error!.Type));
        Assert.Equal([AttemptOutcome.LeaseLost, AttemptOutcome.Refused], late.Job.Attempts.Select(attempt => attempt.Outcome));
    }

    [Fact]
    public void Complete_CancelRequested_IsStillTaken()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Changed(new Command.Cancel(job.Id));

        Job done = _shard.Changed(new Command.Complete(job.Id, job.Lease!.Token, JsonText.Of("1")));

        Assert.Equal((JobStatus.Completed, "1"), (done.Status, done.Result!.ToString()));
    }

    [Theory]
    [InlineData("fail")]
    [InlineData("release")]
    public void FailOrRelease_CancelRequested_EndsTheJobAsCancelled(string report)
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Changed(new Command.Cancel(job.Id));

        Job cancelled = _shard.Changed(Report(report, job));

        Assert.Equal(
            (JobStatus.Cancelled, 0, AttemptOutcome.Cancelled),
            (cancelled.Status, cancelled.Failures, Assert.Single(cancelled.Attempts).Outcome));
        Assert.Equal(JobError.Cancelled, cancelled.Error!.Type);
    }

    [Theory]
    [InlineData("fail", "release")]
    [InlineData("release", "fail")]
    public void FailOrRelease_SameReportAgainAfterACancel_IsAnsweredLikeTheFirstAndTheOtherIsStale(string report, string other)
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Changed(new Command.Cancel(job.Id));
        _shard.Changed(Report(report, job));

        Assert.Equal(JobStatus.Cancelled, _shard.Apply<Outcome.Unchanged>(Report(report, job)).Job.Status);
        _shard.Refused<Refusal.StaleLease>(Report(other, job));
    }

    [Theory]
    [InlineData("fail")]
    [InlineData("release")]
    public void FailOrRelease_LateAfterACancel_IsStale(string report)
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Changed(new Command.Cancel(job.Id));
        _shard.Pass(TestShard.LeaseSeconds);

        _shard.Refused<Refusal.StaleLease>(Report(report, job));
    }

    private static Command Report(string report, Job job) => report switch
    {
        "fail" => new Command.Fail(job.Id, job.Lease!.Token, new JobError("x", "stopped")),
        _ => new Command.Release(job.Id, job.Lease!.Token),
    };

    [Fact]
    public void Cancel_RunningJobAtOnce_EndsItAndFencesItsWorker()
    {
        Job running = _shard.Running(TestShard.Submission(1) with { ExternalId = "x" });

        Job cancelled = _shard.Changed(new Command.Cancel(running.Id, AtOnce: true));

        Assert.Equal((JobStatus.Cancelled, AttemptOutcome.Cancelled), (cancelled.Status, Assert.Single(cancelled.Attempts).Outcome));
        _shard.Refused<Refusal.StaleLease>(new Command.Complete(running.Id, running.Lease!.Token));
        _shard.Enqueue(TestShard.Submission(2) with { ExternalId = "x" });
    }
}
