namespace JobOrchestrator.Core.Tests;

public sealed class RequeueTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Requeue_WithItsOwnExternalId_EndsTheJobAndAcceptsTheNext()
    {
        Job running = _shard.Running(TestShard.Submission(1) with { ExternalId = "nightly" });

        Job ended = _shard.Changed(
            new Command.Requeue(running.Id, running.Lease!.Token, [TestShard.Submission(2) with { ExternalId = "nightly" }]));

        Assert.Equal(JobStatus.Completed, ended.Status);
        Assert.Equal(TestShard.Id(2), _shard.Apply<Outcome.Found>(new Command.Find("default", "nightly")).Jobs.Single().Id);
        Assert.Equal(
            [JobEventKind.Created, JobEventKind.Updated, JobEventKind.Completed, JobEventKind.Created],
            _shard.Shard.TakeChanges().Events.Select(told => told.Kind));
    }

    [Fact]
    public void Requeue_OneOfTheNewJobsIsRefused_NothingChanges()
    {
        Job taken = _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "taken", RunAt = _shard.Now.AddDays(1) });
        Job running = _shard.Running(TestShard.Submission(2) with { ExternalId = "mine" });
        _shard.Shard.TakeChanges();

        Refusal.BatchItem refusal = _shard.Refused<Refusal.BatchItem>(new Command.Requeue(
            running.Id,
            running.Lease!.Token,
            [TestShard.Submission(3) with { ExternalId = "mine" }, TestShard.Submission(4) with { ExternalId = "taken" }]));

        Assert.Equal(1, refusal.Index);
        Assert.Equal(taken.Id, Assert.IsType<Refusal.DuplicateJob>(refusal.Why).Holder.Id);
        Assert.True(_shard.Shard.PeekChanges().IsEmpty);
        Assert.Equal(JobStatus.Completed, _shard.Changed(new Command.Complete(running.Id, running.Lease.Token)).Status);
    }

    [Fact]
    public void Requeue_Repeated_IsAnsweredLikeTheFirstAndMakesNoSecondJob()
    {
        Job running = _shard.Running(TestShard.Submission(1));
        _shard.Changed(new Command.Requeue(running.Id, running.Lease!.Token, [TestShard.Submission(2)]));

        _shard.Apply<Outcome.Unchanged>(new Command.Requeue(running.Id, running.Lease.Token, [TestShard.Submission(3)]));

        Assert.False(_shard.Shard.Holds(TestShard.Id(3)));
    }

    [Fact]
    public void Requeue_LeaseHasEnded_IsRefused()
    {
        Job running = _shard.Running(TestShard.Submission(1));
        _shard.Pass(TestShard.LeaseSeconds);

        _shard.Refused<Refusal.StaleLease>(new Command.Requeue(running.Id, running.Lease!.Token, [TestShard.Submission(2)]));

        Assert.False(_shard.Shard.Holds(TestShard.Id(2)));
    }

    [Fact]
    public void Reschedule_RunningJob_WaitsAgainWithWhatIsNewAndFencesItsWorker()
    {
        Job running = _shard.Running(TestShard.Submission(1) with { ExternalId = "kept", MaxRetries = 1 });

        Job waiting = _shard.Apply<Outcome.Replaced>(new Command.Reschedule(
            running.Id, running.Lease!.Token, TestShard.Submission(
                2) with
            { ExternalId = "other", MaxRetries = 5, Input = JsonText.Of("2"), RunAt = _shard.Now.AddHours(1) })).Job;

        Assert.Equal(
            (running.Id, "kept", JobStatus.New, 5, 1),
            (waiting.Id, waiting.ExternalId, waiting.Status, waiting.MaxRetries, waiting.Attempt));
        Assert.Equal(AttemptOutcome.Replaced, Assert.Single(waiting.Attempts).Outcome);
        _shard.Refused<Refusal.StaleLease>(new Command.Complete(running.Id, running.Lease.Token));
        _shard.Refused<Refusal.StaleLease>(new Command.Reschedule(running.Id, running.Lease.Token, TestShard.Submission(3)));
    }

    /// <summary>The cancel was accepted and then gone, and the job ran again.</summary>
    [Fact]
    public void Reschedule_CancelIsRequested_EndsTheJobAsCancelled()
    {
        Job running = _shard.Running(TestShard.Submission(1) with { ExternalId = "kept" });
        _shard.Changed(new Command.Cancel(running.Id));

        Job ended = _shard.Changed(new Command.Reschedule(running.Id, running.Lease!.Token, TestShard.Submission(2)));

        Assert.Equal((JobStatus.Cancelled, true), (ended.Status, ended.CancelRequested));
        Assert.Equal(AttemptOutcome.Cancelled, Assert.Single(ended.Attempts).Outcome);
    }

    /// <summary>The job that was run again names this one still.</summary>
    [Fact]
    public void Reschedule_OfARetry_GoesOnNamingWhatItIsARetryOf()
    {
        Job first = _shard.Running(TestShard.Submission(1));
        _shard.Changed(new Command.Complete(first.Id, first.Lease!.Token));
        _shard.Apply<Outcome.Accepted>(new Command.Retry(first.Id, TestShard.Id(2)));
        Job running = _shard.Lease();

        Job waiting = _shard.Apply<Outcome.Replaced>(
            new Command.Reschedule(running.Id, running.Lease!.Token, TestShard.Submission(3))).Job;

        Assert.Equal((TestShard.Id(2), (JobId?)first.Id), (waiting.Id, waiting.RetryOf));
    }
}
