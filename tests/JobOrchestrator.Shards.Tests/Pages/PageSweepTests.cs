using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class PageSweepTests
{
    private const int Shard = 0;

    private static readonly DateTimeOffset Start = TestJobs.Start;

    private readonly ModelStore _store = new();
    private readonly PageIndex _pages = new([new Span(1, 0, 1)], 1, ShardBounds.Usual);
    private readonly PageSweep _sweep;

    public PageSweepTests() => _sweep = new PageSweep(Shard, _pages, _store.Calls, ShardBounds.Usual);

    [Fact]
    public async Task Look_BeforeTheLastJobMayGo_GivesNothingAndAsksTheStoreNoMore()
    {
        await StoreAsync(Start.AddDays(1), 1, 2);

        await LookAsync(Start);
        int reads = _store.Reads;
        Assert.False(_sweep.NeedsLook(Start.AddHours(23)));
        await LookAsync(Start.AddHours(23));

        Assert.False(_sweep.HasWork(Start));
        Assert.Equal(reads, _store.Reads);
    }

    [Fact]
    public async Task Next_AfterThat_GivesTheJobsAndLastThePageItself()
    {
        await StoreAsync(Start, 1, 2, 3);
        await LookAsync(Start);

        Assert.Equal(([Key(1), Key(2)], null), Next(2), Same);
        _sweep.Stored();
        Assert.Equal(([Key(3), Keys.Page(Shard, 1, 0)], 0L), Next(9), Same);
        _sweep.Stored();

        Assert.False(_sweep.HasWork(Start));
        Assert.Equal(([], null), Next(9), Same);
    }

    [Fact]
    public async Task Next_TheCommitWasNotStored_GivesTheSameAgain()
    {
        await StoreAsync(Start, 1, 2);
        await LookAsync(Start);
        _ = Next(1);

        Assert.Equal(([Key(1), Key(2)], null), Next(2), Same);
    }

    /// <summary>A job that was recalled at the very end of its time was written and deleted in one commit.</summary>
    [Fact]
    public async Task Next_ACommitWritesOneOfTheJobs_LeavesThatToALaterOne()
    {
        await StoreAsync(Start, 1, 2, 3);
        await LookAsync(Start);

        Swept swept = _sweep.Next(9, Start, [], new HashSet<string> { Key(2) });
        Assert.Equal([Key(1)], swept.Documents.Select(operation => operation.Key));
        _sweep.Stored();

        Assert.Equal(([Key(2), Key(3), Keys.Page(Shard, 1, 0)], 0L), Next(9), Same);
    }

    [Fact]
    public async Task Next_NoRoom_GivesNothingAndKeepsTheWork()
    {
        await StoreAsync(Start, 1);
        await LookAsync(Start);

        Assert.Equal(([], null), Next(0), Same);
        _sweep.Stored();

        Assert.True(_sweep.HasWork(Start));
    }

    /// <summary>A key keeps its word: the jobs go in their time, and the page stays for what they leave taken.</summary>
    [Fact]
    public async Task Next_AKeyIsTakenLongerThanItsJobIsKept_ThePageGoesOnWithoutJobsUntilItIsFree()
    {
        KeyGuard key = KeyGuard.Of(TestJobs.Job(1, uniqueKey: "k", uniqueSeconds: 3_600))[0];
        byte[] page = new PageDocument([TestJobs.Id(1).Value]) { ExpiresAt = Start, Keys = [key] }.ToUtf8(0);
        await _store.TrySaveAsync(Keys.Page(Shard, 1, 0), page, null, Keys.Head(Shard), CancellationToken.None);
        await LookAsync(Start);

        Swept first = _sweep.Next(9, Start, []);
        Assert.Equal([Key(1), Keys.Page(Shard, 1, 0)], first.Documents.Select(operation => operation.Key));
        Assert.Empty(first.Removed);
        var kept = PageDocument.Parse(first.Documents[1].Value!);
        Assert.False(kept.HasJobs);
        Assert.Equal([key], kept.Keys);
        await _store.TransactAsync(first.Documents, Keys.Head(Shard), CancellationToken.None);
        _sweep.Stored();

        await LookAsync(key.Until.AddTicks(-1));
        Assert.False(_sweep.HasWork(key.Until));
        await LookAsync(key.Until);
        Assert.Equal(([Keys.Page(Shard, 1, 0)], 0L), Next(9), Same);
    }

    [Fact]
    public async Task Look_ThePageIsGoneAlready_TakesItOutOfTheHead()
    {
        await LookAsync(Start);

        Assert.Equal(([Keys.Page(Shard, 1, 0)], 0L), Next(9), Same);
    }

    [Fact]
    public async Task Look_ARetiredPageThatDoesNotSayWhen_IsAMistake()
    {
        await StoreAsync(null, 1);

        await Assert.ThrowsAsync<InvalidOperationException>(() => LookAsync(Start));
    }

    [Fact]
    public async Task Look_APageThatCouldNotBeReadIsMended_ForgetsItAfterAllWithoutARestart()
    {
        await StoreAsync(Start, 1);
        string whole = _store.JsonOf(Keys.Page(Shard, 1, 0))!;
        _store.Spoil(Keys.Page(Shard, 1, 0), "{\"ids\":7}");
        await Assert.ThrowsAsync<InvalidOperationException>(() => LookAsync(Start));
        Assert.False(_sweep.NeedsLook(Start.AddMinutes(59)));

        _store.Spoil(Keys.Page(Shard, 1, 0), whole);
        DateTimeOffset later = Start + ShardBounds.Usual.Aside.Longest;
        Assert.True(_sweep.NeedsLook(later));
        await LookAsync(later);

        Assert.Equal([Key(1), Keys.Page(Shard, 1, 0)], Next(9).Keys);
    }

    private (IReadOnlyList<string> Keys, long? Removed) Next(int max)
    {
        Swept swept = _sweep.Next(max, Start, []);
        Assert.All(swept.Documents, operation => Assert.Null(operation.Value));
        return ([.. swept.Documents.Select(operation => operation.Key)], swept.Removed is [var removed] ? removed : null);
    }

    private static bool Same((IReadOnlyList<string> Keys, long? Removed) a, (IReadOnlyList<string> Keys, long? Removed) b) =>
        a.Keys.SequenceEqual(b.Keys) && a.Removed == b.Removed;

    private static string Key(long number) => TestJobs.Id(number).ToString();

    private Task StoreAsync(DateTimeOffset? expiresAt, params long[] jobs)
    {
        // With gaps, as jobs leave them that lived in memory only.
        Guid[] ids = [Guid.Empty, .. jobs.SelectMany(job => new[] { TestJobs.Id(job).Value, Guid.Empty })];
        byte[] page = new PageDocument(ids) { ExpiresAt = expiresAt }.ToUtf8(0);
        return _store.TrySaveAsync(Keys.Page(Shard, 1, 0), page, null, Keys.Head(Shard), CancellationToken.None);
    }

    private async Task LookAsync(DateTimeOffset now) => _sweep.Enter(await _sweep.LookAsync(now, CancellationToken.None), now);
}
