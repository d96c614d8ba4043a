using System.Collections;
using System.Diagnostics;

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
        Assert.Equal(
            ("worker-7", _shard.Now.AddSeconds(TestShard.LeaseSeconds), false),
            (job.Lease!.Worker, job.Lease.ExpiresAt, job.Lease.CancelTold));
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

    /// <summary>H5: of each job that it gave, a lease looked through all queues in front anew.</summary>
    [Fact]
    public void Lease_QueuesInFrontAreEmpty_LooksAtEachOnce()
    {
        for (int i = 1; i <= 50; i++)
        {
            _shard.Enqueue(i);
        }

        var queues = new CountingList([.. Enumerable.Range(0, 20).Select(i => $"empty-{i}"), "default"]);

        IReadOnlyList<Job> jobs = _shard.Apply<Outcome.Leased>(new Command.Lease(queues, "worker", 50, null, "seed")).Jobs;

        Assert.Equal(50, jobs.Count);
        Assert.InRange(queues.Asked, 1, 20 + 50 + 1);
    }

    /// <summary>Counts how often one of it is looked at.</summary>
    private sealed class CountingList(string[] names) : IReadOnlyList<string>
    {
        public int Asked { get; private set; }

        public int Count => names.Length;

        public string this[int index]
        {
            get
            {
                Asked++;
                return names[index];
            }
        }

        public IEnumerator<string> GetEnumerator()
        {
            foreach (string name in names)
            {
                Asked++;
                yield return name;
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
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

        Outcome.Leased leased = _shard.Apply<Outcome.Leased>(
            new Command.Lease(["default"], "worker", 10, null, "seed-0", bytes + aroundThree));

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

        Assert.Equal(ready, _shard.HasReady(queue, type));
    }

    [Fact]
    public void HasReady_ScheduledJob_TurnsTrueAtItsRunAt()
    {
        _shard.Enqueue(TestShard.Submission(1) with { RunAt = TestShard.Start.AddSeconds(1) });

        _shard.Pass(0.999);
        Assert.False(_shard.HasReady());
        _shard.Pass(0.001);
        Assert.True(_shard.HasReady());
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    public void Lease_HeldMaxOfTwo_CountsWhatTheWorkerHoldsAlready(int held, int given)
    {
        for (int number = 1; number <= 6; number++)
        {
            _shard.Enqueue(number);
        }

        _shard.LeaseBounded(heldMax: null, max: held, worker: "push");
        _shard.LeaseBounded(heldMax: null, max: 1, worker: "another");

        Assert.Equal(given, _shard.LeaseBounded(heldMax: 2, max: 10, worker: "push").Count);
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("fail")]
    [InlineData("release")]
    [InlineData("silence")]
    public void Lease_HeldMaxReached_GivesAgainOnceOneHasEnded(string end)
    {
        _shard.Enqueue(TestShard.Submission(1) with { Backoff = TestShard.Pause(1_000) });
        _shard.Enqueue(2);
        Job first = _shard.LeaseBounded(heldMax: 1, max: 1, worker: "push")[0];
        Assert.Empty(_shard.LeaseBounded(heldMax: 1, max: 1, worker: "push"));

        switch (end)
        {
            case "complete":
                _shard.Changed(new Command.Complete(first.Id, first.Lease!.Token));
                break;
            case "fail":
                _shard.Changed(new Command.Fail(first.Id, first.Lease!.Token, new JobError("about:blank", "No.")));
                break;
            case "release":
                _shard.Changed(new Command.Release(first.Id, first.Lease!.Token, TimeSpan.FromHours(1)));
                break;
            default:
                _shard.Pass(TestShard.LeaseSeconds);
                _shard.Tick();
                break;
        }

        Assert.Equal(TestShard.Id(2), Assert.Single(_shard.LeaseBounded(heldMax: 1, max: 5, worker: "push")).Id);
    }

    [Fact]
    public void Lease_HeldMaxReachedInOneQueue_GoesOnWithTheNext()
    {
        _shard.Enqueue(1);
        _shard.Enqueue(2);
        _shard.Enqueue(TestShard.Submission(3) with { Queue = "other" });

        Outcome.Leased leased = _shard.Apply<Outcome.Leased>(new Command.Lease(["default", "other"], "push", 5, null, "seed", HeldMax: 1));

        Assert.Equal([TestShard.Id(1), TestShard.Id(3)], leased.Jobs.Select(job => job.Id));
    }

    [Fact]
    public void Lease_HeldMaxAfterAReload_CountsWhatIsStillOut()
    {
        _shard.Enqueue(1);
        _shard.Enqueue(2);
        Job running = _shard.LeaseBounded(heldMax: 1, max: 1, worker: "push")[0];
        Job waiting = _shard.Taken(TestShard.Id(2));

        TestShard reloaded = _shard.Loaded(running, waiting);

        Assert.Empty(reloaded.LeaseBounded(heldMax: 1, max: 1, worker: "push"));
        Assert.Single(reloaded.LeaseBounded(heldMax: 2, max: 1, worker: "push"));
    }

    /// <summary>H5: each job cost a look at every queue; so many of them took minutes, and half a second now.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Lease_JobsOfOneTypeInManyQueues_DoesNotLookAtEachQueueForEachJob(int max)
    {
        const int Queues = 60_000;
        for (int number = 0; number < Queues; number++)
        {
            _shard.Enqueue(TestShard.Submission(number) with { Queue = $"q-{number}" });
        }

        _shard.Shard.TakeChanges();
        var type = new HashSet<string> { "test" };
        int leased = 0;
        long started = Stopwatch.GetTimestamp();
        while (_shard.Shard.HasReady(new Command.Lease([], "worker", max, type, ""), _shard.Now))
        {
            leased += _shard.Apply<Outcome.Leased>(new Command.Lease([], "worker", max, type, $"s{leased}")).Jobs.Count;
            _shard.Shard.TakeChanges();
        }

        Assert.Equal(Queues, leased);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 30);
    }
}
