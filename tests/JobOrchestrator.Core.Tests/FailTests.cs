namespace JobOrchestrator.Core.Tests;

public sealed class FailTests
{
    private readonly TestShard _shard = new();

    private static Command.Fail Report(Job job, bool tryAgain = true) =>
        new(job.Id, job.Lease!.Token, new JobError("/broken", "It broke.", JsonText.Of("[7]")), tryAgain);

    [Fact]
    public void Fail_RetriesLeft_WaitsForItsBackoff()
    {
        Job job = _shard.Running(TestShard.Submission(1) with { Backoff = TestShard.Pause(10) });
        _shard.Pass(3);

        Job waiting = _shard.Changed(Report(job));

        Assert.Equal((JobStatus.New, _shard.Now.AddSeconds(10), 1, 1), (waiting.Status, waiting.RunAt, waiting.Attempt, waiting.Failures));
        Assert.Equal("[7]", waiting.Error!.Detail!.ToString());
        Assert.Null(waiting.Lease);
        Assert.Null(waiting.FinishedAt);
        Attempt ended = Assert.Single(waiting.Attempts);
        Assert.Equal((AttemptOutcome.Failed, "It broke.", _shard.Now), (ended.Outcome, ended.Error, ended.EndedAt));
    }

    [Fact]
    public void Fail_RetriesLeft_IsToldAsUpdated()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Shard.TakeChanges();

        _shard.Changed(Report(job));

        JobEvent told = Assert.Single(_shard.Shard.TakeChanges().Events);
        Assert.Equal((JobEventKind.Updated, JobStatus.New, JobStatus.InProgress), (told.Kind, told.Job.Status, told.PreviousStatus));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    public void Fail_EachAttempt_EndsTheJobAfterMaxRetriesAndOne(int maxRetries, int attempts)
    {
        _shard.Enqueue(TestShard.Submission(1) with { MaxRetries = maxRetries });

        for (int attempt = 1; attempt < attempts; attempt++)
        {
            Assert.Equal(JobStatus.New, _shard.Changed(Report(_shard.Lease())).Status);
        }

        Job last = _shard.Changed(Report(_shard.Lease()));
        Assert.Equal((JobStatus.Failed, attempts, "It broke."), (last.Status, last.Attempt, last.Error!.Title));
    }

    [Fact]
    public void Fail_WithoutALimit_IsTriedAgainForEver()
    {
        _shard.Enqueue(TestShard.Submission(1) with { Backoff = new Backoff(BackoffKind.Exponential, 0, 0, 0) });

        for (int attempt = 1; attempt <= 1_100; attempt++)
        {
            Assert.Equal(JobStatus.New, _shard.Changed(Report(_shard.Lease())).Status);
        }
    }

    [Fact]
    public void Fail_TryingAgainCannotHelp_EndsTheJobAtOnce()
    {
        Job job = _shard.Running(TestShard.Submission(1) with { MaxRetries = 5 });

        Job failed = _shard.Changed(Report(job, tryAgain: false));

        Assert.Equal(
            (JobStatus.Failed, _shard.Now, _shard.Now + _shard.Settings.Retention), (failed.Status, failed.FinishedAt, failed.ExpiresAt));
        Assert.Equal(JobEventKind.Failed, _shard.Shard.TakeChanges().Events[^1].Kind);
    }

    [Fact]
    public void Fail_SameReportAgain_IsAnsweredLikeTheFirstThoughTheNextAttemptRuns()
    {
        Job first = _shard.Running(TestShard.Submission(1));
        _shard.Changed(Report(first));
        Job second = _shard.Lease();

        Job now = _shard.Apply<Outcome.Unchanged>(Report(first)).Job;

        Assert.Equal(second, now);
    }

    [Fact]
    public void Fail_AfterACompleteWithTheSameToken_IsStale()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Changed(new Command.Complete(job.Id, job.Lease!.Token));

        Refusal.StaleLease refusal = _shard.Refused<Refusal.StaleLease>(Report(job));

        Assert.Equal((JobStatus.Completed, false), (refusal.Job.Status, refusal.Retryable));
    }
}
