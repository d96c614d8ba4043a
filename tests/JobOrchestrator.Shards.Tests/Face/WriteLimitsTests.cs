using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class WriteLimitsTests
{
    private static readonly long OneJob = CommandSize.DocumentBytesOf(TestJobs.Submission(1));

    [Theory]
    [InlineData(0, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void FitsOneWrite_ManyJobs_GoesByTheirNumber(int jobs, bool fits) =>
        Assert.Equal(fits, new WriteLimits(3, long.MaxValue).FitsOneWrite(Jobs(jobs)));

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void FitsOneWrite_LargeJobs_GoesByTheirBytes(int jobs, bool fits) =>
        Assert.Equal(fits, new WriteLimits(100, 2 * OneJob).FitsOneWrite(Jobs(jobs)));

    [Fact]
    public void FitsOneWrite_OneJobAlone_AlwaysDoes() => Assert.True(new WriteLimits(100, 1).FitsOneWrite(Jobs(1)));

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void FitsOneWrite_AJobThatEndsWithIt_CountsToo(int jobs, bool fits)
    {
        Assert.Equal(fits, new WriteLimits(3, long.MaxValue).FitsOneWrite(Jobs(jobs), TestJobs.Job(9)));
        Assert.Equal(fits, new WriteLimits(100, 3 * OneJob).FitsOneWrite(Jobs(jobs), TestJobs.Job(9)));
    }

    [Theory]
    [InlineData(3, 100, "3 3 1")]
    [InlineData(100, 2, "2 2 2 1")]
    [InlineData(100, 0, "1 1 1 1 1 1 1")]
    [InlineData(100, 100, "7")]
    public void InWrites_MoreThanOneTakes_AreSplitInOrder(int jobsMax, int jobsOfBytes, string expected)
    {
        List<NewJob>[] writes = [.. new WriteLimits(jobsMax, jobsOfBytes * OneJob).InWrites(Jobs(7))];

        Assert.Equal(expected, string.Join(' ', writes.Select(write => write.Count)));
        Assert.Equal(Jobs(7), writes.SelectMany(write => write));
    }

    private static List<NewJob> Jobs(int count) => [.. Enumerable.Range(1, count).Select(job => TestJobs.Submission(job))];
}
