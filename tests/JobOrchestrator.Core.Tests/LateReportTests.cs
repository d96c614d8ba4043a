namespace JobOrchestrator.Core.Tests;

public sealed class LateReportTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void LateReport_FormerToken_IsNotedInTheHistoryOnce()
    {
        Job first = _shard.Running(TestShard.Submission(1));
        _shard.Pass(TestShard.LeaseSeconds);
        _shard.Tick();
        _shard.Pass(5);

        _shard.Refused<Refusal.StaleLease>(new Command.Complete(first.Id, first.Lease!.Token));
        _shard.Refused<Refusal.StaleLease>(new Command.Heartbeat(first.Id, first.Lease.Token));

        Job job = _shard.Taken(first.Id);
        Assert.Equal([AttemptOutcome.LeaseLost, AttemptOutcome.Refused], job.Attempts.Select(attempt => attempt.Outcome));
        Assert.Equal(
            new Attempt(1, "worker", _shard.Now, first.Lease.Token, _shard.Now, AttemptOutcome.Refused, "A late complete was refused."),
            job.Attempts[1]);
    }

    [Fact]
    public void LateReport_FormerToken_IsNotPublished()
    {
        Job first = _shard.Running(TestShard.Submission(1));
        _shard.Pass(TestShard.LeaseSeconds);
        _shard.Tick();
        _shard.Shard.TakeChanges();

        Refusal.StaleLease refusal = _shard.Refused<Refusal.StaleLease>(new Command.Release(first.Id, first.Lease!.Token));

        Changes changes = _shard.Shard.TakeChanges();
        Assert.Empty(changes.Events);
        Assert.Equal([refusal.Job], changes.Jobs);
    }

    [Fact]
    public void LateReport_OnAStoredFinishedJob_IsNotedAndItsStatusStays()
    {
        Job first = _shard.Running(TestShard.Submission(1) with { MaxRetries = 0 });
        _shard.Pass(TestShard.LeaseSeconds);
        _shard.Tick();
        Job failed = _shard.Taken(first.Id);

        _shard.Shard.Recall(failed);
        _shard.Refused<Refusal.StaleLease>(new Command.Complete(first.Id, first.Lease!.Token));

        Job job = _shard.Taken(first.Id);
        Assert.Equal((JobStatus.Failed, failed.Sequence, AttemptOutcome.Refused), (job.Status, job.Sequence, job.Attempts[^1].Outcome));
        Assert.False(_shard.Shard.Holds(first.Id));
    }

    [Fact]
    public void LateReport_RefusalsOfTwentyFormerTokens_PushOutTheOldestButNeverTheRunningAttempt()
    {
        _shard.Enqueue(1);
        var tokens = new List<string>();
        for (int attempt = 1; attempt <= Job.AttemptsKept; attempt++)
        {
            Job job = _shard.Lease();
            tokens.Add(job.Lease!.Token);
            _shard.Changed(new Command.Release(job.Id, job.Lease.Token));
        }

        Job running = _shard.Lease();
        foreach (string token in tokens)
        {
            _shard.Refused<Refusal.StaleLease>(new Command.Complete(TestShard.Id(1), token));
            _shard.Refused<Refusal.StaleLease>(new Command.Complete(TestShard.Id(1), token));
        }

        Job done = _shard.Changed(new Command.Complete(TestShard.Id(1), running.Lease!.Token));
        Assert.Equal(Job.AttemptsKept, done.Attempts.Count);
        Assert.Contains(done.Attempts, attempt => attempt.Number == 21 && attempt.Outcome == AttemptOutcome.Completed);
        Assert.All(done.Attempts.GroupBy(attempt => (attempt.Token, attempt.Outcome)), same => Assert.Single(same));
    }
}
