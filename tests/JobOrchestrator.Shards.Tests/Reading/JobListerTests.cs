using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class JobListerTests
{
    private static readonly DateTimeOffset Start = TestJobs.Start;

    private readonly ScriptedShard[] _shards = [new(), new()];
    private readonly JobLister _lister;

    public JobListerTests()
    {
        _lister = new JobLister(new ScriptedShards(_shards), new ReadBounds());
        for (int second = 0; second < 7; second++)
        {
            ScriptedShard shard = _shards[second % 3 == 0 ? 0 : 1];
            DateTimeOffset made = Start.AddSeconds(second);
            var id = JobId.Create(made, Array.IndexOf(_shards, shard), (ulong)second);
            shard.Jobs.Add(TestJobs.Job(shard.Jobs.Count) with { Id = id, CreatedAt = made });
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task List_PageByPage_IsEveryJobOnceAndNewestFirst(int limit)
    {
        Assert.Equal([6, 5, 4, 3, 2, 1, 0], await SecondsAsync(new JobFilter(), limit));
    }

    [Fact]
    public async Task List_BetweenTwoInstants_IsThoseBetween() =>
        Assert.Equal([4, 3], await SecondsAsync(new JobFilter(CreatedAfter: Start.AddSeconds(2), CreatedBefore: Start.AddSeconds(5)), 10));

    [Fact]
    public async Task List_AJobThatIsGone_IsPassedOver()
    {
        _shards[0].Gone.Add(_shards[0].Jobs[1].Id);

        Assert.Equal([6, 5, 4, 2, 1, 0], await SecondsAsync(new JobFilter(), 2));
    }

    [Fact]
    public async Task List_OfAStatusThatNoneHas_ComesToAnEnd() => Assert.Empty(await SecondsAsync(new JobFilter(JobStatus.Failed), 3));

    [Fact]
    public async Task List_ACursorOfTheFeed_IsRefused() => await Assert.ThrowsAsync<FormatException>(
        () => _lister.ListAsync(new JobFilter(), Cursor.Write('e', [(0, 0), (0, 0)]), 1, CancellationToken.None));

    private async Task<List<int>> SecondsAsync(JobFilter filter, int limit)
    {
        var seconds = new List<int>();
        string? cursor = null;
        do
        {
            JobPage page = await _lister.ListAsync(filter, cursor, limit, CancellationToken.None);
            Assert.InRange(page.Jobs.Count, 0, limit);
            seconds.AddRange(page.Jobs.Select(job => (int)(job.CreatedAt - Start).TotalSeconds));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        return seconds;
    }
}
