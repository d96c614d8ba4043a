using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class JobListerTests
{
    private static readonly DateTimeOffset Start = TestJobs.Start;

    private readonly ScriptedShard[] _shards = [new(), new()];
    private readonly ManualTimeProvider _clock = new();
    private readonly JobLister _lister;

    public JobListerTests()
    {
        _lister = new JobLister(new ScriptedShards(_shards), new ReadBounds(), _clock);
        for (int second = 0; second < 7; second++)
        {
            ScriptedShard shard = _shards[second % 3 == 0 ? 0 : 1];
            DateTimeOffset made = Start.AddSeconds(second);
            var id = JobId.Create(made, Array.IndexOf(_shards, shard), (ulong)second);
            shard.Jobs.Add(TestJobs.Job(shard.Jobs.Count) with { Id = id, CreatedAt = made });
        }
    }

    /// <summary>One failed job behind 2,800 that succeeded came on the fifteenth page; those before were empty.</summary>
    [Fact]
    public async Task List_TheOneWantedIsTheOldestOfMany_IsFoundInTheFirstPage()
    {
        ScriptedShard shard = Many(6_000, secondsALook: 0.1);

        JobPage page = await ListerOf(shard).ListAsync(new JobFilter(JobStatus.Failed), null, 10, CancellationToken.None);

        Assert.Equal((1, null), (page.Jobs.Count, page.Cursor));
    }

    [Fact]
    public async Task List_NothingInTenSeconds_IsEmptyAndSaysHowFarItLooked()
    {
        ScriptedShard shard = Many(6_000, secondsALook: 1);
        JobLister lister = ListerOf(shard);

        JobPage page = await lister.ListAsync(new JobFilter(JobStatus.Failed), null, 10, CancellationToken.None);
        JobPage next = await lister.ListAsync(new JobFilter(JobStatus.Failed), page.Cursor, 10, CancellationToken.None);

        Assert.Empty(page.Jobs);
        Assert.InRange(page.LookedBackTo!.Value, Start.AddSeconds(4_900), Start.AddSeconds(5_100));
        Assert.True(next.LookedBackTo < page.LookedBackTo);
    }

    /// <summary>Who has some already reads those meanwhile.</summary>
    [Fact]
    public async Task List_SomeFoundAndTwoSecondsOver_EndsThePage()
    {
        ScriptedShard shard = Many(6_000, secondsALook: 1);
        shard.Jobs[^1] = shard.Jobs[^1] with { Status = JobStatus.Failed };

        JobPage page = await ListerOf(shard).ListAsync(new JobFilter(JobStatus.Failed), null, 10, CancellationToken.None);

        Assert.Equal((1, true), (page.Jobs.Count, page.Cursor is not null));
        Assert.InRange(page.LookedAt, 100, 400);
    }

    [Fact]
    public async Task List_WithABoundOfLooks_EndsThereThoughNothingWasFound()
    {
        ScriptedShard shard = Many(6_000, secondsALook: 0);

        JobPage page = await ListerOf(shard)
            .ListAsync(new JobFilter(JobStatus.Failed) { LooksMax = 500 }, null, 10, CancellationToken.None);

        Assert.Equal((0, 500, true), (page.Jobs.Count, page.LookedAt, page.Cursor is not null));
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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public async Task List_OldestFirst_IsEveryJobOnce(int limit) =>
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], await SecondsAsync(new JobFilter { OldestFirst = true }, limit));

    [Fact]
    public async Task List_OldestFirstBetweenTwoInstants_IsThoseBetween()
    {
        var filter = new JobFilter(CreatedAfter: Start.AddSeconds(2), CreatedBefore: Start.AddSeconds(5)) { OldestFirst = true };

        Assert.Equal([3, 4], await SecondsAsync(filter, 1));
    }

    /// <summary>A page that asks for half a second shows how far that was, and asks again.</summary>
    [Fact]
    public async Task List_WithATime_EndsThenThoughNothingWasFound()
    {
        ScriptedShard shard = Many(6_000, secondsALook: 0.2);

        JobPage page = await ListerOf(shard).ListAsync(
            new JobFilter(JobStatus.Failed) { Within = TimeSpan.FromSeconds(0.5) }, null, 10, CancellationToken.None);

        Assert.Empty(page.Jobs);
        Assert.NotNull(page.Cursor);
        Assert.InRange(page.LookedBackTo!.Value, Start.AddSeconds(5_700), Start.AddSeconds(5_999));
    }

    /// <summary>An id is known before its job is read.</summary>
    [Fact]
    public async Task List_OfSomeIds_ReadsNoOtherJobs()
    {
        int looks = 0;
        var shard = new ScriptedShard { PageSize = 256, Looked = () => looks++ };
        shard.Jobs.AddRange(Enumerable.Range(0, 6_000).Select(order => TestJobs.Job(order)));

        JobPage page = await ListerOf(shard).ListAsync(
            new JobFilter { IdTest = id => id == TestJobs.Id(3) }, null, 100, CancellationToken.None);

        Assert.Equal(3, Assert.Single(page.Jobs).Order);
        Assert.InRange(looks, 1, 100);
    }

    /// <summary>Security review H6: pages were bounded by entries, and a thousand large jobs were held whole for every reader.</summary>
    [Theory]
    [InlineData(3 * 1024 * 1024, 2)]
    [InlineData(9 * 1024 * 1024, 1)]
    public async Task List_OfLargeJobs_EndsAtABoundOfBytesAndGoesOnBehindIt(int bytesOfOne, int jobsInAPage)
    {
        var large = JsonText.Of(new byte[bytesOfOne]);
        foreach (ScriptedShard shard in _shards)
        {
            for (int i = 0; i < shard.Jobs.Count; i++)
            {
                shard.Jobs[i] = shard.Jobs[i] with { Result = large };
            }
        }

        JobPage first = await _lister.ListAsync(new JobFilter(), null, 1_000, CancellationToken.None);

        Assert.Equal(jobsInAPage, first.Jobs.Count);
        Assert.Equal([6, 5, 4, 3, 2, 1, 0], await SecondsAsync(new JobFilter(), 1_000));
    }

    [Fact]
    public async Task List_BetweenTwoInstants_IsThoseBetween() =>
        Assert.Equal([4, 3], await SecondsAsync(new JobFilter(CreatedAfter: Start.AddSeconds(2), CreatedBefore: Start.AddSeconds(5)), 10));

    /// <summary>
    /// An id is made when a request is read, and a job when its commit is decided: those that lay between were not listed.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(-1)]
    public async Task List_IdsOfAnotherTimeThanTheirJobs_GoesByTheJobs(int secondsFromIdToCommit)
    {
        foreach (ScriptedShard shard in _shards)
        {
            for (int i = 0; i < shard.Jobs.Count; i++)
            {
                Job job = shard.Jobs[i];
                shard.Jobs[i] = job with { CreatedAt = job.CreatedAt.AddSeconds(secondsFromIdToCommit) };
            }
        }

        int[] between = [secondsFromIdToCommit + 4, secondsFromIdToCommit + 3];
        var filter = new JobFilter(
            CreatedAfter: Start.AddSeconds(secondsFromIdToCommit + 2), CreatedBefore: Start.AddSeconds(secondsFromIdToCommit + 5));

        Assert.Equal(between, await SecondsAsync(filter, 10));
    }

    /// <summary>What is older by far is not looked up, however much of it there is.</summary>
    [Fact]
    public async Task List_OfTheLastMinute_LooksNoFurtherBackThanNeeded()
    {
        int looks = 0;
        var shard = new ScriptedShard { PageSize = 256, Looked = () => looks++ };
        for (int i = 0; i < 6_000; i++)
        {
            DateTimeOffset made = Start.AddSeconds(i);
            shard.Jobs.Add(TestJobs.Job(i) with { Id = JobId.Create(made, 0, (ulong)i), CreatedAt = made });
        }

        JobPage page = await ListerOf(shard).ListAsync(
            new JobFilter(CreatedAfter: Start.AddSeconds(5_940)), null, 100, CancellationToken.None);

        Assert.Equal(59, page.Jobs.Count);
        Assert.InRange(looks, 1, 15);
    }

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

    private JobLister ListerOf(ScriptedShard shard) => new(new ScriptedShards(shard), new ReadBounds(), _clock);

    /// <summary>Completed jobs, a second apart, and the oldest of them failed.</summary>
    private ScriptedShard Many(int count, double secondsALook)
    {
        var shard = new ScriptedShard { PageSize = 256, Looked = () => _clock.Advance(TimeSpan.FromSeconds(secondsALook)) };
        for (int i = 0; i < count; i++)
        {
            DateTimeOffset made = Start.AddSeconds(i);
            JobStatus status = i == 0 ? JobStatus.Failed : JobStatus.Completed;
            shard.Jobs.Add(TestJobs.Job(i) with { Id = JobId.Create(made, 0, (ulong)i), CreatedAt = made, Status = status });
        }

        return shard;
    }
}
