using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class FeedReaderTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedShard[] _shards = [new(), new()];
    private readonly FeedReader _feed;

    public FeedReaderTests()
    {
        _feed = new FeedReader(new ScriptedShards(_shards), new ReadBounds(), _clock);
        foreach (int number in new[] { 1, 2, 3 })
        {
            _shards[0].Tell($"{number}", owner: "a");
        }

        _shards[1].Tell("4", owner: "b");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task Read_FromTheOldest_IsEveryEventOnceAndInOrderOfItsShard(int limit)
    {
        var texts = new List<string>();
        string after = Feed.Oldest;
        while (await ReadAsync(after, limit) is { Events.Count: > 0 } page)
        {
            texts.AddRange(Texts(page));
            after = page.Cursor;
        }

        Assert.Equal(["1", "2", "3"], texts.Where(text => text != "4"));
        Assert.Equal(4, texts.Count);
    }

    /// <summary>A reader that is no faster than one shard gets what the others have all the same.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Read_AShardThatGrowsAsFastAsItIsRead_DoesNotHideTheOthers(int limit)
    {
        for (int busy = 0; busy < 2; busy++)
        {
            ScriptedShard[] shards = [new(), new()];
            var feed = new FeedReader(new ScriptedShards(shards), new ReadBounds(), _clock);
            shards[1 - busy].Tell("99");
            var texts = new List<string>();
            string after = Feed.Oldest;
            for (int read = 0; read < 20; read++)
            {
                for (int number = 0; number < limit; number++)
                {
                    shards[busy].Tell($"{number}");
                }

                FeedPage page = await feed.ReadAsync(after, new FeedFilter(), limit, TimeSpan.Zero, CancellationToken.None);
                texts.AddRange(Texts(page));
                after = page.Cursor;
            }

            Assert.Single(texts, "99");
        }
    }

    [Fact]
    public async Task Read_FromAnEventsCursor_GoesOnRightBehindIt()
    {
        FeedPage all = await ReadAsync(Feed.Oldest, 100);

        Assert.Equal(Texts(all).Skip(1).Order(), Texts(await ReadAsync(all.Events[0].Cursor, 100)).Order());
        Assert.Empty((await ReadAsync(all.Events[^1].Cursor, 100)).Events);
    }

    [Fact]
    public async Task Read_FromNowOn_IsEmptyAndGoesOnFromThere()
    {
        FeedPage now = await ReadAsync(null, 100);
        Assert.Empty(now.Events);

        _shards[1].Tell("5");

        Assert.Equal(["5"], Texts(await ReadAsync(now.Cursor, 100)));
    }

    [Fact]
    public async Task Read_WithAFilter_PassesTheOthersOver()
    {
        FeedPage page = await ReadAsync(Feed.Oldest, 100, "b");

        Assert.Equal(["4"], Texts(page));
        Assert.Empty((await ReadAsync(page.Cursor, 100)).Events);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Read_NothingThere_IsWokenByAnyShard(int shard)
    {
        string end = (await ReadAsync(null, 100)).Cursor;
        Task<FeedPage> waiting = _feed.ReadAsync(end, new FeedFilter(), 100, TimeSpan.FromSeconds(30), CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        _shards[shard].Tell("5");

        Assert.Equal(["5"], Texts(await waiting));
    }

    [Fact]
    public async Task Read_OnlyWhatIsNotWantedCame_GoesOnWaitingFromBehindIt()
    {
        string end = (await ReadAsync(null, 100)).Cursor;
        Task<FeedPage> waiting = _feed.ReadAsync(end, new FeedFilter("a"), 100, TimeSpan.FromSeconds(30), CancellationToken.None);
        _shards[1].Tell("5", owner: "b");
        Assert.False(waiting.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(30));

        FeedPage page = await waiting;
        Assert.Empty(page.Events);
        Assert.Empty((await ReadAsync(page.Cursor, 100)).Events);
    }

    [Fact]
    public async Task Read_TheCallerLeaves_EndsAsCancelled()
    {
        using var caller = new CancellationTokenSource();
        string end = (await ReadAsync(null, 100)).Cursor;
        Task<FeedPage> waiting = _feed.ReadAsync(end, new FeedFilter(), 100, TimeSpan.FromSeconds(30), caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    /// <summary>An empty page is what the end looks like: whoever saw one beside 20,000 events of others stopped there.</summary>
    [Fact]
    public async Task Read_AFilterThatLetsLittleThrough_GoesOnToWhatItLetsThrough()
    {
        ScriptedShard many = Many();
        many.Tell("10", owner: "b");

        FeedPage page = await OfManyAsync(many, new ReadBounds());

        Assert.Equal(["10"], Texts(page));
    }

    [Fact]
    public async Task Read_AFilterThatLetsNothingThrough_AnswersWithAPlaceFurtherOnAfterAWhile()
    {
        FeedPage page = await OfManyAsync(Many(), new ReadBounds { NothingWithin = TimeSpan.Zero });

        Assert.Empty(page.Events);
        Assert.Equal([(2L, 0)], Cursor.Read('e', page.Cursor, 1));
    }

    /// <summary>A store that takes seconds for each document answers a reader all the same, with a place further on.</summary>
    [Fact]
    public async Task Read_WhereReadsAreSlow_AnswersOnceTheTimeIsOver()
    {
        var slow = new ScriptedShard { Reading = () => _clock.Advance(TimeSpan.FromSeconds(4)) };
        for (int number = 0; number < 100; number++)
        {
            slow.Tell($"{number}", owner: "a");
        }

        FeedPage page = await OfManyAsync(slow, new ReadBounds());

        Assert.Empty(page.Events);
        Assert.Equal([(6L, 0)], Cursor.Read('e', page.Cursor, 1));
    }

    [Fact]
    public async Task Read_EventsBehindTheCursorAreGone_SaysSo()
    {
        string first = (await ReadAsync(Feed.Oldest, 1)).Cursor;
        _shards[0].Oldest = 2;

        await Assert.ThrowsAsync<CursorExpiredException>(() => ReadAsync(first, 100));
        Assert.Equal(["3", "4"], Texts(await ReadAsync(Feed.Oldest, 100)).Order());
    }

    /// <summary>Ten events of another owner, each of which counts as ten thousand.</summary>
    private static ScriptedShard Many()
    {
        var many = new ScriptedShard { Weight = 10_000 };
        for (int number = 0; number < 10; number++)
        {
            many.Tell($"{number}", owner: "a");
        }

        return many;
    }

    private Task<FeedPage> OfManyAsync(ScriptedShard many, ReadBounds bounds) => new FeedReader(new ScriptedShards(many), bounds, _clock)
        .ReadAsync(Feed.Oldest, new FeedFilter("b"), 100, TimeSpan.FromSeconds(30), CancellationToken.None);

    private Task<FeedPage> ReadAsync(string? after, int limit, string? owner = null) =>
        _feed.ReadAsync(after, new FeedFilter(owner), limit, TimeSpan.Zero, CancellationToken.None);

    private static IEnumerable<string> Texts(FeedPage page) => page.Events.Select(item => item.CloudEvent.ToString());
}
