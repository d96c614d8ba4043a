namespace JobOrchestrator.Core.Tests.Engine;

public sealed class ScheduledJobsTests
{
    private readonly ScheduledJobs _scheduled = new();

    /// <summary>What comes due first is first, whatever its queue, type and priority, and however jobs come and go.</summary>
    [Fact]
    public void First_AfterAnyChanges_IsTheOneThatIsDueFirst()
    {
        var random = new Random(7);
        var there = new List<Job>();
        for (int number = 1; number <= 2_000; number++)
        {
            if (there.Count > 0 && random.Next(5) < 2)
            {
                Job gone = there[random.Next(there.Count)];
                there.Remove(gone);
                Assert.True(_scheduled.Remove(gone));
                Assert.False(_scheduled.Remove(gone));
            }
            else
            {
                Job job = Due(number, random.Next(100), $"t{random.Next(3)}", random.Next(3), $"q{random.Next(3)}");
                there.Add(job);
                _scheduled.Add(job);
            }

            Assert.Equal(there.Count, _scheduled.Count);
            Assert.Equal(there.OrderBy(job => job.RunAt).ThenBy(job => job.Order).FirstOrDefault(), _scheduled.First?.Job);
        }

        there.ForEach(job => Assert.True(_scheduled.Remove(job)));
        Assert.Null(_scheduled.First);
    }

    [Fact]
    public void Before_ThoseOfItsQueueThatStandBeforeItThen_BySpans()
    {
        Job job = Due(5, 10);
        foreach (Job other in (Job[])[
            job,
            Due(1, 10), Due(9, 10), // at the same time: what came first goes first
            Due(2, 9), Due(3, 6.5), Due(4, 1),
            Due(6, 10.5), Due(7, 10.5, priority: 1),
            Due(8, 10, priority: 1), Due(10, 5, priority: -1),
            Due(11, 9.5, "other"), Due(12, 9.5, queue: "elsewhere")])
        {
            _scheduled.Add(other);
        }

        Assert.Equal([In(1, 4), In(2, 4), In(4, 5), In(8, 5), In(10, 6)], _scheduled.Before(job, null, TestShard.Start));
        Assert.Equal(
            [In(1, 3), In(2, 3), In(4, 4), In(8, 4), In(10, 5)],
            _scheduled.Before(job, new HashSet<string> { "test" }, TestShard.Start));
    }

    /// <summary>What is due and was not promoted yet, as very much was due at once, is among those from now on.</summary>
    [Fact]
    public void Before_WhatIsDueAndStillThere_Counts()
    {
        Job job = Due(2, 10);
        _scheduled.Add(Due(1, 3));
        _scheduled.Add(job);

        Assert.Equal([In(1, 0), In(2, 0), In(3, 1)], _scheduled.Before(job, null, TestJobs.At(7)));
    }

    /// <summary>Callers make up types and priorities, and whoever looks at a job does not look through all of them.</summary>
    [Fact]
    public void Before_VeryManyTypes_CountsSomeOfThem()
    {
        for (int i = 0; i < 1_000; i++)
        {
            _scheduled.Add(Due(i + 1, 5, $"t{i}"));
        }

        Assert.Equal(200, _scheduled.Before(Due(5_000, 10), null, TestShard.Start)[^1].Jobs);

        // Its own line is among them, wherever it stands.
        Assert.Equal(1, _scheduled.Before(Due(5_000, 10, "t999"), new HashSet<string> { "t999" }, TestShard.Start)[^1].Jobs);
    }

    private static DueBefore In(double seconds, int jobs) => new(TimeSpan.FromSeconds(seconds), jobs);

    private static Job Due(int number, double seconds, string type = "test", int priority = 0, string queue = "default") =>
        TestJobs.Waiting(number, queue, type) with { RunAt = TestJobs.At(seconds), Priority = priority };
}
