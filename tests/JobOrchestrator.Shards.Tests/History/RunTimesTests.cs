using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>How long a type's attempts take, as commits tell it.</summary>
public sealed class RunTimesTests
{
    private readonly RunTimes _times = new(kindsMax: 3);

    [Fact]
    public void Median_OfTooFew_IsNotKnown()
    {
        Run("a", 1, 1, 1, 1);
        Assert.Null(_times.Median("default", "a"));

        Run("a", 1);

        Assert.InRange(_times.Median("default", "a")!.Value.TotalSeconds, 0.81, 1.19);
        Assert.Null(_times.Median("other", "a"));
        Assert.Null(_times.Median("default", "b"));
    }

    [Fact]
    public void Median_OfSome_IsWhatHalfDidNotExceed()
    {
        Run("a", 1, 1, 10, 10, 10, 10, 100, 1_000);

        Assert.InRange(_times.Median("default", "a")!.Value.TotalSeconds, 8.1, 11.9);
    }

    [Fact]
    public void Median_OfWorkThatHasChanged_FollowsIt()
    {
        Run("a", [.. Enumerable.Repeat(1.0, 10 * RunTimes.Plenty)]);

        Run("a", [.. Enumerable.Repeat(60.0, 2 * RunTimes.Plenty)]);

        Assert.InRange(_times.Median("default", "a")!.Value.TotalSeconds, 49, 71);
    }

    [Fact]
    public void AttemptsThatDidNotComplete_SayNothing()
    {
        for (int i = 0; i < 10; i++)
        {
            _times.Stored([Ended("a", 1, JobStatus.Failed), Ended("a", 1, JobStatus.New), Ended("a", 1, JobStatus.Cancelled)]);
        }

        Assert.Null(_times.Median("default", "a"));
    }

    [Fact]
    public void MoreTypesThanAreKept_TakeThePlaceOfThoseThatHadNothingLongest()
    {
        foreach (string type in new[] { "a", "b", "c", "a", "d" })
        {
            Run(type, 1, 1, 1, 1, 1);
        }

        Assert.Equal(
            ["a", "c", "d"], new[] { "a", "b", "c", "d" }.Where(type => _times.Median("default", type) is not null));
    }

    /// <summary>It is noted behind the attempt that runs, and took no time.</summary>
    [Fact]
    public void ALateReportThatWasRefusedMeanwhile_IsNotTakenForTheRun()
    {
        for (int i = 0; i < RunTimes.Enough; i++)
        {
            JobEvent ended = Ended("a", 10, JobStatus.Completed);
            DateTimeOffset late = TestJobs.Start.AddSeconds(1);
            var refused = new Attempt(0, "v", late, "old", late, AttemptOutcome.Refused);
            _times.Stored([ended with { Job = ended.Job with { Attempts = [.. ended.Job.Attempts, refused] } }]);
        }

        Assert.InRange(_times.Median("default", "a")!.Value.TotalSeconds, 8.1, 11.9);
    }

    private void Run(string type, params double[] seconds) =>
        _times.Stored([.. seconds.Select(second => Ended(type, second, JobStatus.Completed))]);

    private static JobEvent Ended(string type, double seconds, JobStatus status) => new(
        JobEventKind.Updated,
        TestJobs.Job(1) with
        {
            Spec = new JobSpec { Type = type, Queue = "default", LeaseSeconds = 30 },
            Status = status,
            Attempt = 1,
            Attempts = [new Attempt(1, "w", TestJobs.Start, "token", TestJobs.Start.AddSeconds(seconds), OutcomeOf(status))],
        },
        JobStatus.InProgress);

    private static AttemptOutcome OutcomeOf(JobStatus status) =>
        status == JobStatus.Completed ? AttemptOutcome.Completed : AttemptOutcome.Failed;
}
