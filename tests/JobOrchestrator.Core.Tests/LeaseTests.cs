namespace JobOrchestrator.Core.Tests;

public sealed class LeaseTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Lease_ReadyJob_StartsItsFirstAttempt()
    {
        _shard.Enqueue(1);
        _shard.Pass(5);

        Job job = _shard.Lease("worker-7");

        Assert.Equal((JobStatus.InProgress, 1, 2), (job.Status, job.Attempt, job.Sequence));
        Assert.Equal(("worker-7", _shard.Now.AddSeconds(TestShard.LeaseSeconds), false), (job.Lease!.Worker, job.Lease.ExpiresAt, job.Lease.CancelTold));
        Assert.Equal(_shard.Now, job.StartedAt);
        Attempt attempt = Assert.Single(job.Attempts);
        Assert.Equal(new Attempt(1, "worker-7", _shard.Now, job.Lease.Token), attempt);
    }

    [Fact]
    public void Lease_ReadyJob_IsToldAsUpdated()
    {
        _shard.Enqueue(1);
        _shard.Shard.TakeChanges();

        Job job = _shard.Lease();

        JobEvent told = Assert.Single(_shard.Shard.TakeChanges().Events);
        Assert.Equal((JobEventKind.Updated, job, JobStatus.New), (told.Kind, told.Job, told.PreviousStatus));
    }

    [Fact]
    public void Lease_SeveralJobs_GivesEachItsOwnToken()
    {
        _shard.Enqueue(1);
        _shard.Enqueue(2);

        IReadOnlyList<Job> jobs = _shard.LeaseMany(2);

        Assert.NotEqual(jobs[0].Lease!.Token, jobs[1].Lease!.Token);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    public void Lease_ThreeReadyJobs_GivesAtMostMax(int max, int given)
    {
        _shard.Enqueue(1);
        _shard.Enqueue(2);
        _shard.Enqueue(3);

        Assert.Equal(given, _shard.LeaseMany(max).Count);
    }

    [Fact]
    public void Lease_LeasedJob_IsNotHandedOutAgain()
    {
        _shard.Running(TestShard.Submission(1));

        Assert.Empty(_shard.LeaseMany(10));
    }

    [Fact]
    public void Lease_SeveralQueues_EmptiesThemInOrderOfPreference()
    {
        _shard.Enqueue(TestShard.Submission(1) with { Queue = "second", Priority = 9 });
        _shard.Enqueue(TestShard.Submission(2) with { Queue = "first" });
        _shard.Enqueue(TestShard.Submission(3) with { Queue = "third" });

        IReadOnlyList<Job> jobs = _shard.LeaseMany(2, "first", "nowhere", "second", "third");

        Assert.Equal(["first", "second"], jobs.Select(job => job.Queue));
    }

    [Fact]
    public void Lease_UnknownQueue_GivesNothingAndLeavesNoTrace()
    {
        Assert.Empty(_shard.LeaseMany(10, "nowhere"));
        Assert.Empty(_shard.Shard.Statistics(_shard.Now));
    }

    [Fact]
    public void Lease_BytesMaxSmallerThanTheFirst_GivesTheFirstAlone()
    {
        _shard.Enqueue(TestShard.Submission(1) with { Input = JsonText.Of(new string('1', 5_000)) });
        _shard.Enqueue(2);

        Outcome.Leased leased = _shard.Apply<Outcome.Leased>(new Command.Lease(["default"], "worker", 10, null, "seed", BytesMax: 1));

        Assert.Equal(TestShard.Id(1), Assert.Single(leased.Jobs).Id);
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    public void Lease_BytesMaxAroundTheSizeOfThree_StopsBeforeItIsExceeded(int aroundThree, int given)
    {
        long bytes = Enumerable.Range(1, 3).Sum(number => (long)new TestShard().Running(TestShard.Submission(number)).DocumentBytesMax);
        for (int number = 1; number <= 5; number++)
        {
            _shard.Enqueue(number);
        }

        Outcome.Leased leased = _shard.Apply<Outcome.Leased>(new Command.Lease(["default"], "worker", 10, null, "seed-0", bytes + aroundThree));

        Assert.Equal(given, leased.Jobs.Count);
        Assert.True(leased.Jobs.Sum(job => (long)job.DocumentBytesMax) <= bytes + aroundThree);
    }

    [Fact]
    public void Lease_JobPastItsTimeLimit_IsCancelledAndCountsAgainstMax()
    {
        _shard.Enqueue(TestShard.Submission(1) with { TimeLimitSeconds = 1 });
        _shard.Enqueue(2);
        _shard.Pass(1);

        Assert.Empty(_shard.LeaseMany(1));
        Assert.Equal(TestShard.Id(2), Assert.Single(_shard.LeaseMany(1)).Id);
    }

    [Fact]
    public void Lease_TwentyFirstAttempt_KeepsTheLastTwenty()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        for (int i = 0; i < Job.AttemptsKept; i++)
        {
            _shard.Changed(new Command.Release(job.Id, job.Lease!.Token));
            job = _shard.Lease();
        }

        Assert.Equal(21, job.Attempt);
        Assert.Equal(Enumerable.Range(2, 20), job.Attempts.Select(attempt => attempt.Number));
    }

    [Theory]
    [InlineData("default", null, true)]
    [InlineData("default", "test", true)]
    [InlineData("default", "other", false)]
    [InlineData("other", null, false)]
    public void HasReady_OneReadyJob_SaysWhatALeaseWouldGet(string queue, string? type, bool ready)
    {
        _shard.Enqueue(1);

        Assert.Equal(ready, _shard.Shard.HasReady([queue], type is null ? null : new HashSet<string> { type }, _shard.Now));
    }

    [Fact]
    public void HasReady_ScheduledJob_TurnsTrueAtItsRunAt()
    {
        _shard.Enqueue(TestShard.Submission(1) with { RunAt = TestShard.Start.AddSeconds(1) });

        Assert.False(_shard.Shard.HasReady(["default"], null, TestShard.Start.AddSeconds(0.999)));
        Assert.True(_shard.Shard.HasReady(["default"], null, TestShard.Start.AddSeconds(1)));
    }
}
