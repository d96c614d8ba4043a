using System.Text;
using JobOrchestrator.Features.Marks;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;
using JobOrchestrator.Shards.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace JobOrchestrator.Tests.Features;

/// <summary>Marks outlive the process that they were set in.</summary>
public sealed class MarkKeeperTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _time = new();
    private readonly ModelStore _store = new();

    [Fact]
    public async Task WhatWasSet_IsThereAfterARestart_WithAllThatIsKnownOfIt()
    {
        var mark = new Mark(Now.AddTicks(1_234_567), MarkKind.Pause, "mail paused", "anna", "mail", "db \"migration\"");
        await using (Kept kept = Begin(_store))
        {
            kept.Book.Add(mark);
            await UntilKeptAsync(kept);
        }

        await using Kept again = await BeginAgainAsync();

        Assert.Equal(mark.InFull(), Assert.Single(again.Book.Read(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Caller.Anyone)));
    }

    /// <summary>The rest waits for the store, and what was set before it was read is told with what was stored.</summary>
    [Fact]
    public async Task SetWhileTheStoreIsAway_IsStoredOnceItIsBack_BesideWhatOthersHaveStored()
    {
        await using Kept other = Begin(new ModelStore(_store));
        _store.Fault = _ => Fault.Unreachable;
        await using Kept kept = Begin(_store);
        kept.Book.Add(new Mark(Now.AddSeconds(1), MarkKind.Mark, "second", null, null));
        other.Book.Add(new Mark(Now, MarkKind.Mark, "first", null, null));
        await UntilKeptAsync(other);
        _store.Fault = _ => Fault.None;

        await UntilKeptAsync(kept);

        await using Kept third = await BeginAgainAsync();
        Assert.All([kept, third], one => Assert.Equal(["first", "second"], one.Texts));
    }

    /// <summary>A service that cannot start is disposed in the middle of the first look: the host tells of what that throws.</summary>
    [Fact]
    public async Task DisposedInTheMiddleOfACall_EndsWithoutAnException()
    {
        _store.Fault = _ => Fault.Silent;
        Kept kept = Begin(_store);
        await Eventually.TrueAsync(() => _store.Silences > 0, "it asks");

        kept.Keeper.Dispose();

        await kept.Keeper.ExecuteTask!;
    }

    /// <summary>Two replicas: what one is told the other shows within half a minute.</summary>
    [Fact]
    public async Task WhatAnotherReplicaIsTold_IsSeenHere_AndAVersionThatBothSawIsOne()
    {
        await using Kept a = Begin(_store);
        await using Kept b = Begin(new ModelStore(_store));
        a.Book.Add(new Mark(Now, MarkKind.Version, "mail: workers of version 2", null, "mail"));
        await UntilKeptAsync(a);
        b.Book.Add(new Mark(Now.AddSeconds(1), MarkKind.Version, "mail: workers of version 2", null, "mail"));
        b.Book.Add(new Mark(Now.AddSeconds(2), MarkKind.Mark, "told to b", null, null));

        DateTimeOffset told = _time.GetUtcNow();
        await AdvanceUntilAsync(() => a.Texts.Count() == 2, "a has read b's");

        Assert.All([a, b], one => Assert.Equal(["mail: workers of version 2", "told to b"], one.Texts));
        Assert.True(_time.GetUtcNow() - told < TimeSpan.FromMinutes(2));
    }

    /// <summary>Whoever may lease may say versions, as many as he likes.</summary>
    [Fact]
    public void ManyVersions_PushNoOthersOut_AndLongTextsAreBounded()
    {
        var book = new MarkBook();
        book.Add(new Mark(Now, MarkKind.Mark, "a deploy", null, null));
        for (int i = 0; i < 2 * MarkBook.CountMax; i++)
        {
            book.Add(new Mark(Now.AddSeconds(i), MarkKind.Version, $"mail: workers of version {i}", null, "mail"));
        }

        IReadOnlyList<Mark> all = book.Join([], Now);
        Assert.Equal((MarkBook.VersionsMax + 1, "a deploy"), (all.Count, all[0].Text));

        for (int i = 0; i < MarkBook.CountMax; i++)
        {
            book.Add(new Mark(Now.AddHours(1).AddSeconds(i), MarkKind.Pause, "mail paused", null, "mail", new string('語', 500)));
        }

        Assert.InRange(new MarkDocument(MarkDocument.Known, book.Join([], Now)).ToUtf8().Length, 100_000, 500_000);
    }

    [Fact]
    public async Task AMarkOfTheLastMoment_IsStoredByTheStop()
    {
        await using (Kept kept = Begin(_store))
        {
            // Nobody has woken the keeper when it is told to stop.
            await kept.Keeper.StopAsync(CancellationToken.None);
            kept.Book.Add(new Mark(Now, MarkKind.Mark, "last", null, null));
            await kept.Keeper.StopAsync(CancellationToken.None);
        }

        await using Kept again = await BeginAgainAsync();
        Assert.Equal(["last"], again.Texts);
    }

    [Fact]
    public async Task OfTooMany_AndOfThoseThatAreTooOld_TheLastAreKept()
    {
        await using (Kept kept = Begin(_store))
        {
            for (int i = 0; i < MarkBook.CountMax + 10; i++)
            {
                kept.Book.Add(new Mark(Now.AddHours(i), MarkKind.Mark, $"{i}", null, null));
            }

            await UntilKeptAsync(kept);
        }

        _time.Advance(TimeSpan.FromDays(MarkBook.DaysKept) + TimeSpan.FromHours(MarkBook.CountMax - 0.5));
        await using Kept again = await BeginAgainAsync();

        Assert.Equal(Enumerable.Range(MarkBook.CountMax, 10).Select(i => $"{i}"), again.Texts);
    }

    [Theory]
    [InlineData("""{"version":2,"marks":[]}""")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"version":1,"marks":[null]}""")]
    [InlineData("""{"version":1,"marks":[{"at":"2030-01-01T00:00:00Z","kind":"mark"}]}""")]
    [InlineData("[]")]
    [InlineData("\"marks\"")]
    public async Task ADocumentThatIsNoneOfOurs_StaysAsItIs_AndMarksGoOnInMemory(string document)
    {
        await _store.TrySaveAsync(MarkDocument.Key, Encoding.UTF8.GetBytes(document), null, MarkDocument.Key, CancellationToken.None);
        var log = new LogLines<MarkKeeper>();
        await using Kept kept = Begin(_store, log);
        kept.Book.Add(new Mark(Now, MarkKind.Mark, "here", null, null));
        await kept.Keeper.ExecuteTask!;
        await kept.Keeper.StopAsync(CancellationToken.None);

        Assert.Equal(document, _store.JsonOf(MarkDocument.Key));
        Assert.Equal(["here"], kept.Texts);
        Assert.Single(log.Lines, line => line.Level == LogLevel.Error);
    }

    [Fact]
    public async Task AStoreOfANewerFormat_IsNotTouched()
    {
        const string Newer = """{"count":1,"format":1000}""";
        await _store.TrySaveAsync(Keys.Shards, Encoding.UTF8.GetBytes(Newer), null, Keys.Shards, CancellationToken.None);
        await using Kept kept = Begin(_store);
        kept.Book.Add(new Mark(Now, MarkKind.Mark, "here", null, null));
        await kept.Keeper.ExecuteTask!;

        Assert.Null(await _store.GetAsync(MarkDocument.Key, MarkDocument.Key, CancellationToken.None));
    }

    /// <summary>Begins where something is stored, and has read it.</summary>
    private async Task<Kept> BeginAgainAsync()
    {
        Kept kept = Begin(_store);
        await AdvanceUntilAsync(() => kept.Texts.Any(), "what is stored is read");
        return kept;
    }

    private Task UntilKeptAsync(Kept kept) => AdvanceUntilAsync(() => !kept.Book.IsUnkept, "it is stored");

    private Task AdvanceUntilAsync(Func<bool> isSo, string what) => Eventually.TrueAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return isSo();
        },
        what);

    private Kept Begin(ModelStore store, ILogger<MarkKeeper>? logger = null)
    {
        var book = new MarkBook();
        var calls = new StoreCalls(store, TimeSpan.FromSeconds(10), ShardBounds.Usual.StoreAway, _time);
        var keeper = new MarkKeeper(
            book,
            calls,
            ShardBounds.Usual.StoreAway,
            new Loops(_time, NullLogger<Loops>.Instance),
            _time,
            logger ?? NullLogger<MarkKeeper>.Instance);
        _ = keeper.StartAsync(CancellationToken.None);
        return new Kept(book, keeper);
    }

    private sealed record Kept(MarkBook Book, MarkKeeper Keeper) : IAsyncDisposable
    {
        public IEnumerable<string> Texts =>
            Book.Read(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Caller.Anyone).Select(mark => mark.Text);

        public async ValueTask DisposeAsync()
        {
            await Keeper.StopAsync(CancellationToken.None);
            Keeper.Dispose();
        }
    }
}
