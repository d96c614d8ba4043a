namespace JobOrchestrator.Core.Tests;

public sealed class BackoffTests
{
    private static readonly JobId Job = TestShard.Id(1);

    [Theory]
    [InlineData(BackoffKind.Fixed, 1, 3)]
    [InlineData(BackoffKind.Fixed, 9, 3)]
    [InlineData(BackoffKind.Linear, 1, 3)]
    [InlineData(BackoffKind.Linear, 2, 6)]
    [InlineData(BackoffKind.Linear, 33, 99)]
    [InlineData(BackoffKind.Linear, 34, 100)]
    [InlineData(BackoffKind.Exponential, 1, 3)]
    [InlineData(BackoffKind.Exponential, 2, 6)]
    [InlineData(BackoffKind.Exponential, 6, 96)]
    [InlineData(BackoffKind.Exponential, 7, 100)]
    [InlineData(BackoffKind.Exponential, int.MaxValue, 100)]
    public void After_EachKind_GrowsUpToItsMaximum(BackoffKind kind, int failures, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), new Backoff(kind, 3, 100, 0).After(Job, failures));
    }

    [Fact]
    public void After_Jitter_SpreadsEvenlyWithinItsShareAndNoFurther()
    {
        var backoff = new Backoff(BackoffKind.Fixed, 100, 100, 0.2);

        double[] pauses = [.. Enumerable.Range(1, 10_000).Select(number => backoff.After(TestShard.Id(number), 1).TotalSeconds)];

        Assert.All(pauses, pause => Assert.InRange(pause, 80, 120));
        Assert.All(pauses.GroupBy(pause => Math.Floor((pause - 80) / 4)), tenth => Assert.InRange(tenth.Count(), 850, 1_150));
    }

    [Fact]
    public void After_SameJobAndFailure_IsTheSameInEveryRun()
    {
        Assert.Equal(9607919L, Backoff.Default.After(JobId.Create(TestShard.Start, 3, 42), 1).Ticks);
        Assert.NotEqual(Backoff.Default.After(Job, 1) * 2, Backoff.Default.After(Job, 2));
    }

    [Theory]
    [InlineData(BackoffKind.Exponential, 0, 300, 1, 5_000)]
    [InlineData(BackoffKind.Exponential, 0, double.MaxValue, 0, 5_000)]
    [InlineData(BackoffKind.Linear, -5, 300, 0, 7)]
    [InlineData(BackoffKind.Fixed, 10, 300, -double.MaxValue, 1)]
    public void After_NothingToWaitFor_IsZeroAndNeverLess(BackoffKind kind, double seconds, double maxSeconds, double jitter, int failures)
    {
        Assert.InRange(new Backoff(kind, seconds, maxSeconds, jitter).After(Job, failures), TimeSpan.Zero, TimeSpan.MaxValue);
    }

    [Theory]
    [InlineData(BackoffKind.Fixed, double.MaxValue)]
    [InlineData(BackoffKind.Linear, double.MaxValue)]
    [InlineData(BackoffKind.Exponential, double.MaxValue)]
    [InlineData(BackoffKind.Exponential, 1)]
    public void After_LongerThanTimeItself_IsTheLongestTime(BackoffKind kind, double seconds)
    {
        Assert.Equal(TimeSpan.MaxValue, new Backoff(kind, seconds, double.MaxValue, 0).After(Job, int.MaxValue));
    }
}
