using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class LiveJobsTests
{
    private readonly JobBoard _board = new(1_000_000, new ShardBounds());

    public LiveJobsTests()
    {
        foreach (int order in new[] { 4, 1, 7, 3, 6, 2, 5 })
        {
            Job job = TestJobs.Job(order);
            _board.Load(order == 3 ? TestJobs.Ended(job, TestJobs.Start.AddDays(1)) : job with { Priority = order % 2 });
        }
    }

    [Theory]
    [InlineData(long.MaxValue, 10, "7 6 5 4 2 1")]
    [InlineData(long.MaxValue, 3, "7 6 5")]
    [InlineData(5, 2, "4 2")]
    [InlineData(5, 1, "4")]
    [InlineData(1, 10, "")]
    public void Live_NewestFirst_AreTheNextBeforeAPlace(long beyond, int limit, string orders) =>
        Assert.Equal(orders, OrdersOf(new JobFilter(), beyond, limit));

    [Theory]
    [InlineData(0, 10, "1 2 4 5 6 7")]
    [InlineData(0, 3, "1 2 4")]
    [InlineData(4, 2, "4 5")]
    [InlineData(8, 10, "")]
    public void Live_OldestFirst_AreTheNextFromAPlaceOn(long beyond, int limit, string orders) =>
        Assert.Equal(orders, OrdersOf(new JobFilter { OldestFirst = true }, beyond, limit));

    [Fact]
    public void Live_ThatFit_AreThoseOfTheFilterAndItsTests()
    {
        Assert.Equal("7 5 1", OrdersOf(new JobFilter { Test = job => job.Priority == 1 }, long.MaxValue, 10));
        Assert.Equal("5", OrdersOf(new JobFilter { IdTest = id => id == TestJobs.Id(5) }, long.MaxValue, 10));
        Assert.Equal("", OrdersOf(new JobFilter(Queue: "other"), long.MaxValue, 10));
    }

    [Fact]
    public void IsPaused_FollowsWhatIsCommitted()
    {
        Assert.False(_board.IsPaused("mail"));

        _board.Load(new QueueSettings { Name = "mail", Paused = true });
        Assert.True(_board.IsPaused("mail"));

        _board.Show(new Changes([], [], [], [], [new QueueSettings { Name = "mail" }]));
        Assert.False(_board.IsPaused("mail"));

        _board.Show(new Changes([], [], [], [], [new QueueSettings { Name = "mail", Paused = true }]));
        Assert.True(_board.IsPaused("mail"));

        _board.Clear();
        Assert.False(_board.IsPaused("mail"));
    }

    private string OrdersOf(JobFilter filter, long beyond, int limit) =>
        string.Join(' ', _board.Live(filter, beyond, limit).Select(job => job.Order));
}
