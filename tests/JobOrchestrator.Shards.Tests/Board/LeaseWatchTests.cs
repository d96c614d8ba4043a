using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What wakes a request that waits for news of leases. Whoever is woken looks at all of them, so nothing else may.</summary>
public sealed class LeaseWatchTests : IDisposable
{
    private readonly JobBoard _board = new(finishedBytesMax: long.MaxValue, new ShardBounds());
    private readonly ManualTimeProvider _clock = new(TestJobs.Start);
    private readonly LeaseWatch _watch;

    public LeaseWatchTests() => _watch = _board.Follow(
        [new NamedLease(TestJobs.Id(1), "mine"), new NamedLease(TestJobs.Id(2), "mine"), new NamedLease(TestJobs.Id(1), "mine")]);

    public void Dispose() => _watch.Dispose();

    [Theory]
    [InlineData("progress", false)]
    [InlineData("completed by its worker", false)]
    [InlineData("released by its worker", false)]
    [InlineData("released, and leased by another", false)]
    [InlineData("cancel of another job", false)]
    [InlineData("cancel", true)]
    [InlineData("lease lost", true)]
    [InlineData("lease lost, and leased by another", true)]
    [InlineData("cancelled at once", true)]
    public void Commit_OfWhatever_WakesOnlyWhereTheWorkerShouldHearOfIt(string what, bool wakes)
    {
        Job held = Leased(1, "mine");
        _board.Show(Changes(what switch
        {
            "progress" => held with { Progress = new Progress(5, null) },
            "completed by its worker" => Ended(held, AttemptOutcome.Completed),
            "released by its worker" => Ended(held, AttemptOutcome.Released) with { Status = JobStatus.New },
            "released, and leased by another" => Again(Ended(held, AttemptOutcome.Released)),
            "cancel of another job" => Leased(3, "mine") with { CancelRequested = true },
            "cancel" => held with { CancelRequested = true },
            "lease lost" => Ended(held, AttemptOutcome.LeaseLost) with { Status = JobStatus.New },
            "lease lost, and leased by another" => Again(Ended(held, AttemptOutcome.LeaseLost)),
            _ => Ended(held, AttemptOutcome.Cancelled) with { Status = JobStatus.Cancelled },
        }));

        Assert.Equal(wakes, IsWoken());
    }

    /// <summary>The worker may name a lease that it has ended itself beside the one that it has now.</summary>
    [Theory]
    [InlineData("mine", "another")]
    [InlineData("another", "mine")]
    public void Job_NamedWithTwoTokens_WakesForEither(string first, string second)
    {
        using LeaseWatch both = _board.Follow([new NamedLease(TestJobs.Id(1), first), new NamedLease(TestJobs.Id(1), second)]);
        _board.Show(Changes(Again(Ended(Leased(1, "mine"), AttemptOutcome.Released)) with { CancelRequested = true }));

        Assert.True(IsWoken(both));
    }

    [Fact]
    public void Board_ThatIsCleared_WakesAndEndsIt()
    {
        _board.Clear();

        Assert.True(IsWoken());
        Assert.True(_watch.HasEnded);
    }

    [Fact]
    public void Dispose_LeavesNobodyFollowingAndNobodyElseOut()
    {
        using LeaseWatch other = _board.Follow([new NamedLease(TestJobs.Id(1), "mine")]);
        Assert.Equal(2, _board.Watched);

        _watch.Dispose();
        _board.Show(Changes(Leased(1, "mine") with { CancelRequested = true }));

        Assert.Equal(1, _board.Watched);
        Assert.True(IsWoken(other));
        Assert.False(IsWoken());
    }

    /// <summary>One that was woken before it waits does not wait at all.</summary>
    private bool IsWoken() => IsWoken(_watch);

    private bool IsWoken(LeaseWatch watch) =>
        watch.WokenAsync(TimeSpan.FromMinutes(1), _clock, CancellationToken.None).IsCompletedSuccessfully;

    private static Changes Changes(Job job) => new([job], [], [], [new JobEvent(JobEventKind.Updated, job, null)], []);

    private static Job Leased(long order, string token) => TestJobs.Job(order) with
    {
        Status = JobStatus.InProgress,
        Lease = new Lease(token, "worker", TestJobs.Start.AddMinutes(1)),
        Attempts = [new Attempt(1, "worker", TestJobs.Start, token)],
    };

    private static Job Ended(Job job, AttemptOutcome outcome) => job with
    {
        Lease = null,
        Attempts = [job.Attempts[0] with { EndedAt = TestJobs.Start, Outcome = outcome }],
    };

    private static Job Again(Job job) => job with
    {
        Lease = new Lease("another", "worker", TestJobs.Start.AddMinutes(1)),
        Attempts = [.. job.Attempts, new Attempt(2, "worker", TestJobs.Start, "another")],
    };
}
