namespace JobOrchestrator.Core.Tests.Engine;

public sealed class KeyBookTests
{
    private readonly KeyBook _keys = new();

    private static Job Keyed(int number, string key = "k", int? uniqueSeconds = 60) =>
        TestJobs.Waiting(number).With(spec => spec with { ExternalId = key, UniqueKey = key, UniqueSeconds = uniqueSeconds });

    private static Job WithIdempotencyKey(int number, double until = 60) =>
        TestJobs.Waiting(number) with { IdempotencyKey = "k", IdempotencyUntil = TestJobs.At(until) };

    private JobId? UniqueHolder(double seconds = 0, JobId? retryOf = null) =>
        _keys.ByUniqueKey("default", null, "k", retryOf, TestJobs.At(seconds));

    private JobId? IdempotencyHolder(double seconds = 0) => _keys.ByIdempotencyKey("default", null, "k", TestJobs.At(seconds))?.Job;

    [Theory]
    [InlineData("default", "o", "k", true)]
    [InlineData("default", "o", "K", false)]
    [InlineData("default", "p", "k", false)]
    [InlineData("default", null, "k", false)]
    [InlineData("other", "o", "k", false)]
    [InlineData("default", "o", null, false)]
    public void Holder_OfLiveJobsKeys_IsFoundByQueueOwnerAndKey(string queue, string? owner, string? key, bool found)
    {
        Job job = Keyed(1).With(spec => spec with { Owner = "o" }) with { IdempotencyKey = "k", IdempotencyUntil = TestJobs.At(60) };

        _keys.Enter(job, TestShard.Start);

        JobId? expected = found ? job.Id : null;
        Assert.Equal(expected, _keys.ByExternalId(queue, owner, key));
        Assert.Equal(expected, _keys.ByUniqueKey(queue, owner, key, null, TestShard.Start));
        Assert.Equal(expected, _keys.ByIdempotencyKey(queue, owner, key, TestShard.Start)?.Job);
    }

    [Theory]
    [InlineData(60, 1_000, 59, true)]
    [InlineData(60, 1_000, 60, false)]
    [InlineData(60, 1_000, 61, false)]
    [InlineData(60, 30, 59, true)]
    [InlineData(60, 30, 60, false)]
    [InlineData(null, 1_000, 0, false)]
    public void UniqueKey_OfAFinishedJob_IsTakenUntilItsWindowEnds(int? seconds, double expires, double asked, bool taken)
    {
        Job live = Keyed(1, uniqueSeconds: seconds);
        _keys.Enter(live, TestShard.Start);

        _keys.Replace(live, live.Ended(expires), TestShard.Start);

        Assert.Equal(taken ? live.Id : null, UniqueHolder(asked));
        Assert.Null(_keys.ByExternalId("default", null, "k"));
    }

    [Fact]
    public void UniqueKey_OfAFinishedJob_IsFreeForItsOwnRetryAlone()
    {
        _keys.Enter(Keyed(1).Ended(), TestShard.Start);

        Assert.Null(UniqueHolder(retryOf: TestShard.Id(1)));
        Assert.Equal(TestShard.Id(1), UniqueHolder(retryOf: TestShard.Id(2)));
    }

    [Fact]
    public void UniqueKey_OfAFinishedJobThatWasRetried_IsNotGuardedByIt()
    {
        _keys.Enter(Keyed(1).Ended() with { RetriedAs = TestShard.Id(2) }, TestShard.Start);

        Assert.Null(UniqueHolder());
        Assert.Null(_keys.NextWindowEnd);
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(60, false)]
    [InlineData(61, false)]
    public void IdempotencyKey_OfAJobThatEnds_IsTakenUntilItsTime(double asked, bool taken)
    {
        Job live = WithIdempotencyKey(1);
        _keys.Enter(live, TestShard.Start);

        _keys.Replace(live, live.Ended(), TestShard.Start);

        Assert.Equal(taken ? live.Id : null, IdempotencyHolder(asked));
    }

    /// <summary>Only what a former version stored meets so.</summary>
    [Theory]
    [InlineData(120, 2)]
    [InlineData(60, 2)]
    [InlineData(59, 1)]
    public void IdempotencyKey_OfTwoJobs_IsTheOnesThatHasItLonger(double until, int holder)
    {
        _keys.Enter(WithIdempotencyKey(1), TestShard.Start);

        _keys.Enter(WithIdempotencyKey(2, until), TestShard.Start);

        Assert.Equal(TestShard.Id(holder), IdempotencyHolder());
        Assert.Equal(TestJobs.At(Math.Max(60, until)), _keys.NextWindowEnd);
    }

    [Theory]
    [InlineData("k", 60, true)]
    [InlineData("k", 90, true)]
    [InlineData("l", 60, false)]
    [InlineData(null, null, false)]
    public void Replace_BySubmissionWithThisIdempotencyKey_LeavesOrFreesTheOldOne(string? key, int? until, bool taken)
    {
        Job first = WithIdempotencyKey(1);
        Job second = first with { IdempotencyKey = key, IdempotencyUntil = until is { } seconds ? TestJobs.At(seconds) : null };
        _keys.Enter(first, TestShard.Start);

        _keys.Replace(first, second, TestShard.Start);

        Assert.Equal(taken ? first.Id : null, IdempotencyHolder());
        Assert.Equal(key is null ? null : first.Id, _keys.ByIdempotencyKey("default", null, key, TestShard.Start)?.Job);
        Assert.Equal(second.IdempotencyUntil, _keys.NextWindowEnd);
    }

    [Fact]
    public void Erase_JobWhoseKeysAnotherHasTaken_LeavesThemToThatOne()
    {
        Job first = Keyed(1);
        _keys.Enter(first, TestShard.Start);
        _keys.Enter(Keyed(2), TestShard.Start);

        _keys.Erase(first);

        Assert.Equal(TestShard.Id(2), _keys.ByExternalId("default", null, "k"));
        Assert.Equal(TestShard.Id(2), UniqueHolder());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ExternalId_OfSeveralOwners_IsLeftByOneAlone(int leaving)
    {
        Job[] jobs = [.. new[] { null, "o", "p" }.Select((owner, i) => Keyed(i + 1).With(spec => spec with { Owner = owner }))];
        Array.ForEach(jobs, job => _keys.Enter(job, TestShard.Start));

        _keys.Erase(jobs[leaving - 1]);

        JobId[] left = [.. jobs.Select(job => job.Id).Where(id => id != TestShard.Id(leaving))];
        Assert.Equal(left, _keys.ByExternalId("default", "k", 20).OrderBy(id => id.Value));
        Assert.Equal(left, jobs.Select(job => _keys.ByExternalId("default", job.Owner, "k")).OfType<JobId>());
    }

    [Fact]
    public void Erase_JobWithEveryKey_FreesThemAll()
    {
        Job job = Keyed(1) with { IdempotencyKey = "k", IdempotencyUntil = TestJobs.At(60) };
        _keys.Enter(job, TestShard.Start);

        _keys.Erase(job);

        Assert.Null(_keys.ByExternalId("default", null, "k"));
        Assert.Null(UniqueHolder());
        Assert.Null(IdempotencyHolder());
        Assert.Null(_keys.NextWindowEnd);
    }

    [Fact]
    public void NextWindowEnd_SeveralWindows_IsTheFirstThatIsStillOpen()
    {
        Job soonest = Keyed(1, "a", uniqueSeconds: 10).Ended();
        _keys.Enter(soonest, TestShard.Start);
        _keys.Enter(Keyed(2, "b", uniqueSeconds: 30).Ended(), TestShard.Start);
        _keys.Enter(WithIdempotencyKey(3, until: 20), TestShard.Start);
        Assert.Equal(TestJobs.At(10), _keys.NextWindowEnd);

        _keys.Erase(soonest);

        Assert.Equal(TestJobs.At(20), _keys.NextWindowEnd);
    }

    [Theory]
    [InlineData(9, 10)]
    [InlineData(10, 30)]
    [InlineData(29, 30)]
    [InlineData(30, null)]
    public void CloseWindows_AtThisTime_LeavesTheWindowsThatEndLater(double closedAt, int? next)
    {
        _keys.Enter(Keyed(1, "k", uniqueSeconds: 10).Ended(), TestShard.Start);
        _keys.Enter(WithIdempotencyKey(2, until: 30), TestShard.Start);

        _keys.CloseWindows(TestJobs.At(closedAt), int.MaxValue);

        Assert.Equal(next is { } seconds ? TestJobs.At(seconds) : null, _keys.NextWindowEnd);

        // Asked for an earlier time, what is left shows itself: a closed window has left memory.
        Assert.Equal(next == 10, UniqueHolder(0) is not null);
        Assert.Equal(next is not null, IdempotencyHolder(0) is not null);
    }
}
