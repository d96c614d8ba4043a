namespace JobOrchestrator.Shards.Tests;

public sealed class PageReaderTests
{
    private readonly ModelStore _store = new();
    private readonly PageIndex _pages = new([], 0, ShardBounds.Usual);

    /// <summary>Pages 0 and 2 are live, page 1 is in the store alone, page 3 holds only jobs that lived in memory.</summary>
    [Theory]
    [InlineData(long.MaxValue, "513 512", true)]
    [InlineData(513L, "512", true)]
    [InlineData(512L, "300 256", true)]
    [InlineData(300L, "256", true)]
    [InlineData(256L, "3 0", false)]
    [InlineData(2L, "0", false)]
    [InlineData(0L, "", false)]
    public async Task Read_FromAnyPlace_GivesTheNextPageBackwards(long before, string orders, bool more)
    {
        await FourPagesAsync();

        IdPage page = await Reader().ReadAsync(before, new JobFilter(), CancellationToken.None);

        Assert.Equal(orders, string.Join(' ', page.Ids.Select(id => id.Order)));
        Assert.All(page.Ids, id => Assert.Equal(TestJobs.Id(id.Order), id.Id));
        Assert.Equal(more, page.More);
    }

    /// <summary>Whether there is more behind the last job is only seen by looking.</summary>
    [Theory]
    [InlineData(0L, "0 3", true)]
    [InlineData(1L, "3", true)]
    [InlineData(4L, "256 300", true)]
    [InlineData(257L, "300", true)]
    [InlineData(301L, "512 513", true)]
    [InlineData(513L, "513", true)]
    [InlineData(514L, "", false)]
    public async Task ReadUp_FromAnyPlace_GivesTheNextPageForwards(long from, string orders, bool more)
    {
        await FourPagesAsync();

        IdPage page = await Reader().ReadUpAsync(from, new JobFilter(), CancellationToken.None);

        Assert.Equal(orders, string.Join(' ', page.Ids.Select(id => id.Order)));
        Assert.All(page.Ids, id => Assert.Equal(TestJobs.Id(id.Order), id.Id));
        Assert.Equal(more, page.More);
    }

    private async Task FourPagesAsync()
    {
        foreach (long order in new long[] { 0, 3, 256, 300, 512, 513 })
        {
            _pages.Add(TestJobs.Job(order), epoch: 1);
        }

        _pages.Add(TestJobs.Job(768, durable: false), epoch: 1);
        await _store.TrySaveAsync(Keys.Page(0, 1, 1), _pages.ToUtf8(1, TestJobs.Start), null, Keys.Head(0), CancellationToken.None);
        _pages.Retire(1);
    }

    private PageReader Reader() => new(0, _pages, _store.Calls, 8, static _ => false);
}
