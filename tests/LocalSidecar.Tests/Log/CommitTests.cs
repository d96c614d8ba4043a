using LocalSidecar.Log;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.Log;

public sealed class CommitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Writes_WhileASyncIsUnderWay_ShareTheNextOne()
    {
        using var syncing = new SemaphoreSlim(0);
        using var mayEnd = new SemaphoreSlim(0);
        var segments = new FaultySegments(_folder.Path);
        using var store = Store.Over(segments);
        segments.BeforeFlush = () =>
        {
            syncing.Release();
            mayEnd.Wait();
        };

        Task first = store.PutAsync("first", "1");
        await syncing.WaitAsync();
        var others = Enumerable.Range(0, 50).Select(i => store.PutAsync($"other-{i}", "1")).ToList();
        Assert.Null(store.Get("first"));
        mayEnd.Release(2);
        await Task.WhenAll([first, .. others]);

        Assert.Equal(2, segments.Flushes);
        Assert.Equal(51, store.Count);
    }

    [Fact]
    public async Task Read_BeforeTheSync_DoesNotSeeTheWrite()
    {
        using var syncing = new SemaphoreSlim(0);
        using var mayEnd = new SemaphoreSlim(0);
        var segments = new FaultySegments(_folder.Path);
        using var store = Store.Over(segments);
        await store.PutAsync("a", "old");
        segments.BeforeFlush = () =>
        {
            syncing.Release();
            mayEnd.Wait();
        };

        Task write = store.PutAsync("a", "new");
        await syncing.WaitAsync();
        string? during = store.Get("a");
        mayEnd.Release();
        await write;

        Assert.Equal("\"old\"", during);
        Assert.Equal("\"new\"", store.Get("a"));
    }

    [Fact]
    public async Task SecondFirstWrite_WhileTheFirstIsBeingSynced_IsRefused()
    {
        using var syncing = new SemaphoreSlim(0);
        using var mayEnd = new SemaphoreSlim(0);
        var segments = new FaultySegments(_folder.Path);
        using var store = Store.Over(segments);
        segments.BeforeFlush = () =>
        {
            syncing.Release();
            mayEnd.Wait();
        };
        const string Create = """[{"key":"a","value":1,"options":{"concurrency":"first-write"}}]""";

        Task<string?> first = store.SaveAsync(Create);
        await syncing.WaitAsync();
        string? second = await store.SaveAsync(Create);
        mayEnd.Release();

        Assert.Null(await first);
        Assert.Contains("item already exists", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_SyncFails_IsAnErrorAndInvisible_AlsoAfterARestart()
    {
        var segments = new FaultySegments(_folder.Path);
        using (var store = Store.Over(segments))
        {
            await store.PutAsync("a", "before");
            segments.FailsToFlush = true;
            await Assert.ThrowsAsync<LogException>(() => store.PutAsync("a", "lost"));
            Assert.Equal("\"before\"", store.Get("a"));

            segments.FailsToFlush = false;
            await Eventually.TrueAsync(
                async () =>
                {
                    await store.PutAsync("b", "after");
                    return true;
                },
                "the log takes writes again");
        }

        using var again = Store.Open(_folder.Path);
        Assert.Equal("\"before\"", again.Get("a"));
        Assert.Equal("\"after\"", again.Get("b"));
    }

    /// <summary>F28: whoever was told that nothing was written does not find it after the next start, whatever ends the process.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_SyncFailsAndTheProcessDies_IsNotThereAfterwards(bool isFull)
    {
        using var crashed = new TemporaryFolder();
        var segments = new FaultySegments(_folder.Path);
        using (var store = Store.Over(segments))
        {
            await store.PutAsync("a", "before");
            segments.FailsToFlush = true;
            segments.IsFull = isFull;
            await Assert.ThrowsAsync<LogException>(() => store.PutAsync("a", "lost"));
            foreach (string file in Directory.GetFiles(_folder.Path, "*.log"))
            {
                File.Copy(file, crashed[Path.GetFileName(file)]);
            }
        }

        using var again = Store.Open(crashed.Path);
        Assert.Equal("\"before\"", again.Get("a"));
    }

    [Fact]
    public async Task Write_SyncKeepsFailing_DoesNotFillTheDiskWithSegments()
    {
        var segments = new FaultySegments(_folder.Path);
        using var store = Store.Over(segments);
        await store.PutAsync("a", "1");
        segments.FailsToFlush = true;

        for (int i = 0; i < 50; i++)
        {
            await Assert.ThrowsAsync<LogException>(() => store.PutAsync("a", "2"));
        }

        // One a second at most, however many are refused.
        Assert.InRange(Directory.GetFiles(_folder.Path, "*.log").Length, 2, 10);
    }

    [Fact]
    public async Task Write_DiskFull_IsAnErrorUntilThereIsRoom()
    {
        var segments = new FaultySegments(_folder.Path, segmentSize: 8 << 10) { IsFull = false };
        using var store = Store.Over(segments);
        await store.PutAsync("a", "1");
        segments.IsFull = true;

        await Assert.ThrowsAsync<LogException>(() => store.PutAsync("big", new string('x', 9000)));
        await store.PutAsync("small", "still fits");
        Assert.Equal("\"1\"", store.Get("a"));

        segments.IsFull = false;
        await Eventually.TrueAsync(
            async () =>
            {
                await store.PutAsync("big", new string('x', 9000));
                return true;
            },
            "the log takes writes again");
        Assert.Equal(3, store.Count);
    }

    [Fact]
    public async Task Write_CheckedAgainstALostOne_IsLostToo()
    {
        using var syncing = new SemaphoreSlim(0);
        using var mayEnd = new SemaphoreSlim(0);
        var segments = new FaultySegments(_folder.Path);
        using var store = Store.Over(segments);
        segments.BeforeFlush = () =>
        {
            syncing.Release();
            mayEnd.Wait();
        };
        segments.FailsToFlush = true;

        Task<string?> create = store.SaveAsync("""[{"key":"a","value":1}]""");
        await syncing.WaitAsync();
        Task<string?> follower = store.SaveAsync("""[{"key":"b","value":1}]""");
        mayEnd.Release(10);

        await Assert.ThrowsAsync<LogException>(() => create);
        await Assert.ThrowsAsync<LogException>(() => follower);
        Assert.Equal(0, store.Count);
    }
}
