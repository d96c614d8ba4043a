using System.Text;
using System.Text.Json;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What is set of a queue stays set, whatever becomes of the replica that stored it.</summary>
public sealed class SettingsTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingBus _bus = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restart_QueuesPausedAndResumed_AreAsTheyWere(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        await using (TestReplica first = await TestReplica.StartAsync(store, _bus, _clock))
        {
            await first.PauseAsync("a");
            await first.PauseAsync("b");
            await first.ResumeAsync("a");
            await first.EnqueueAsync("b");
        }

        await using TestReplica second = await TestReplica.StartAsync(store, _bus, _clock);

        Assert.Equal(["b"], await second.PausedAsync());
        Assert.Empty(await second.LeaseAsync(queue: "b"));
        await second.ResumeAsync("b");
        Assert.Single(await second.LeaseAsync(queue: "b"));
        Assert.DoesNotContain("paused", HeadOf(store), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Takeover_QueuesPausedByTheFormerHolder_StayPaused(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        var cutOff = new ModelStore(store);
        await using TestReplica former = await TestReplica.StartAsync(cutOff, _bus, _clock, "former");
        await former.PauseAsync("a");
        await former.PauseAsync("b");
        cutOff.Fault = _ => Fault.Unreachable;

        await using TestReplica next = await TestReplica.TakeOverAsync(store, _bus, _clock);
        await next.ResumeAsync("a");
        cutOff.Fault = _ => Fault.None;
        await Assert.ThrowsAnyAsync<Exception>(() => former.ResumeAsync("b"));

        Assert.Equal(["b"], await next.PausedAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Crash_RightAfterTheCommit_LosesNoPause(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        var crashing = new ModelStore(store);
        await using (TestReplica first = await TestReplica.StartAsync(crashing, _bus, _clock))
        {
            await first.PauseAsync("before");
            await Eventually.TrueAsync(() => LiveSettings(store).Count == 2, "its documents are written");
            int writes = 0;
            crashing.Fault = write => write && Interlocked.Increment(ref writes) > 1 ? Fault.Unreachable : Fault.None;
            await first.PauseAsync("after");
        }

        // Two-step: the commit is in the head, the document is not written.
        Assert.Equal(rollsBack ? 3 : 2, LiveSettings(store).Count);
        await using TestReplica second = await TestReplica.StartAsync(store, _bus, _clock);

        Assert.Equal(["after", "before"], await second.PausedAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pause_ResumedAndPausedAgain_TakesANewDocumentOnceTheOldOneHasGone(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        List<string> documents = [];
        await using (TestReplica first = await TestReplica.StartAsync(store, _bus, _clock))
        {
            for (int life = 0; life < 3; life++)
            {
                await first.PauseAsync("a");
                await Eventually.TrueAsync(() => LiveSettings(store).Count == 2, "its document is written");
                documents.AddRange(LiveSettings(store).Where(key => key.StartsWith("shard-0-settings-queue-", StringComparison.Ordinal)));
                await first.ResumeAsync("a");
                await WithTimeAsync(() => LiveSettings(store).Count == 1, "its document goes");
            }

            await first.PauseAsync("a");
            await first.ResumeAsync("a");
            await first.PauseAsync("a");
        }

        await using TestReplica second = await TestReplica.StartAsync(store, _bus, _clock);

        Assert.Equal(["a"], await second.PausedAsync());
        Assert.Equal(3, documents.Distinct().Count());
    }

    /// <summary>H3: paused queues stood in the head, which every commit writes; 2,770 requests without a body filled it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pause_TenThousandQueues_FitTheCommitsAndLeaveTheHeadSmall(bool rollsBack)
    {
        const int Queues = 10_000;
        const int OperationsMax = 500;
        var store = new ModelStore(rollsBack);
        string[] names = [.. Enumerable.Range(0, Queues).Select(number => $"queue-{number:D5}")];
        await using (TestReplica first = await TestReplica.StartAsync(store, _bus, _clock, configure: Small))
        {
            await Task.WhenAll(names.Select(first.PauseAsync));
            await Eventually.TrueAsync(() => LiveSettings(store).Count >= Queues, "the documents are written");
        }

        // A store that does not roll back has the batch in the head, until the next commit.
        Assert.InRange(Encoding.UTF8.GetByteCount(WithoutBatch(HeadOf(store))), 0, 1_000);
        Assert.InRange(LiveSettings(store).Count, Queues, Queues + 2 * Queues / ShardBounds.Usual.SettingsPageDocuments + 1);
        await using TestReplica second = await TestReplica.StartAsync(store, _bus, _clock, configure: Small);
        Assert.Equal(names, await second.PausedAsync());

        await Task.WhenAll(names.Select(second.ResumeAsync));
        Assert.Empty(await second.PausedAsync());
        await WithTimeAsync(
            () => !LiveSettings(store).Any(key => key.Contains("-queue-", StringComparison.Ordinal)), "the documents go", seconds: 5);
        Assert.InRange(store.OperationsSeenMax, 1, OperationsMax);

        static ReplicaSettings Small(ReplicaSettings settings) => settings with { OperationsMax = OperationsMax };
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upgrade_HeadOfTheFirstFormat_LosesNoPauseThoughItIsKilledOnTheWay(bool rollsBack)
    {
        const int Queues = 700;
        var store = new ModelStore(rollsBack);
        string[] names = [.. Enumerable.Range(0, Queues).Select(number => $"queue-{number:D5}")];
        await SaveAsync(store, Keys.Shards, """{"count":1}""");
        await SaveAsync(
            store,
            Keys.Head(0),
            $$"""
            {"epoch":4,"holder":"a","address":"","leaseEndsAt":"2026-01-01T00:00:00Z","commit":9,"commitId":"4.9","pages":[],
            "livePages":[],"nextPage":0,"outbox":[],"nextOutbox":0,"published":0,"outboxBytes":0,
            "pausedQueues":{{JsonSerializer.Serialize(names)}}}
            """);
        string[] left = [.. names.Where((_, number) => number % 70 != 0)];

        // Killed after ever more writes: each life gets on a little, or not at all.
        int life = 0;
        for (; InHead(store) > 0; life++)
        {
            Assert.InRange(life, 0, 50);
            var crashing = new ModelStore(store);
            int writes = 0;
            await using var replica = TestReplica.Create(
                crashing, _bus, _clock, configure: settings => settings with { OperationsMax = 60 });
            replica.Begin();
            await Eventually.TrueAsync(() => replica.IsReady, "the shard is held");
            if (life == 1)
            {
                await Task.WhenAll(names.Except(left).Select(replica.ResumeAsync));
            }

            Assert.Equal(life < 1 ? names : left, await replica.PausedAsync());
            int allowed = life;
            crashing.Fault = write => write && Interlocked.Increment(ref writes) > allowed ? Fault.Unreachable : Fault.None;
            await WithTimeAsync(() => writes > allowed || InHead(store) == 0, "it gets on");
        }

        Assert.InRange(life, 3, 50);
        await using TestReplica last = await TestReplica.StartAsync(store, _bus, _clock);

        Assert.Equal(left, await last.PausedAsync());
        Assert.DoesNotContain("pausedQueues", HeadOf(store), StringComparison.Ordinal);
        Assert.StartsWith("""{"count":1,"format":3""", store.JsonOf(Keys.Shards), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task LateWrite_OfAFrozenFormerHolder_ChangesNothing(string late)
    {
        var store = new ModelStore(rollsBack: false);
        var frozen = new FrozenStore(store);
        await using TestReplica former = await TestReplica.StartAsync(frozen, _bus, _clock, "former");
        if (late == "resume")
        {
            await former.PauseAsync("a");
            await Eventually.TrueAsync(() => LiveSettings(store).Count == 2, "the document is written");
        }

        // The commit is in the head; what it writes comes late.
        frozen.FreezeAtNextTransaction();
        await (late == "pause" ? former.PauseAsync("a") : former.ResumeAsync("a"));
        await frozen.Frozen;
        TestReplica next = await TestReplica.TakeOverAsync(store, _bus, _clock);
        Assert.Equal(late == "pause" ? ["a"] : [], await next.PausedAsync());
        await (late == "pause" ? next.ResumeAsync("a") : next.PauseAsync("a"));
        await Eventually.TrueAsync(
            () => LiveSettings(store).Any(key =>
                Json(store, key).TryGetProperty("paused", out JsonElement paused) && paused.GetBoolean() == (late == "resume")),
            "the next holder's document is written");

        frozen.GoOn();
        Assert.False(await frozen.Arrived);

        await next.DisposeAsync();
        await using TestReplica last = await TestReplica.StartAsync(store, _bus, _clock, "next");
        Assert.Equal(late == "pause" ? [] : ["a"], await last.PausedAsync());
    }

    [Fact]
    public async Task LateWrite_OfADocumentThatIsGoneForGood_IsFoundByNobody()
    {
        var store = new ModelStore(rollsBack: false);
        var frozen = new FrozenStore(store);
        await using TestReplica former = await TestReplica.StartAsync(frozen, _bus, _clock, "former");
        frozen.FreezeAtNextTransaction();
        await former.PauseAsync("a");
        await frozen.Frozen;
        TestReplica next = await TestReplica.TakeOverAsync(store, _bus, _clock);
        await next.ResumeAsync("a");
        await WithTimeAsync(() => LiveSettings(store).Count == 1, "the document goes");
        string gone = Assert.Single(store.KeysNow, key => key.StartsWith("shard-0-settings-queue-", StringComparison.Ordinal));

        // The tombstone's time is over: an absent key is created whatever the ETag.
        await store.TransactAsync([new StateOperation(gone, null)], Keys.Head(0), CancellationToken.None);
        frozen.GoOn();
        await frozen.Arrived;
        Assert.True(Json(store, gone).GetProperty("paused").GetBoolean());

        await next.DisposeAsync();
        await using TestReplica last = await TestReplica.StartAsync(store, _bus, _clock, "next");
        Assert.Empty(await last.PausedAsync());
        await last.PauseAsync("a");
        await last.ResumeAsync("a");
        Assert.Empty(await last.PausedAsync());
    }

    private static string HeadOf(ModelStore store) => store.JsonOf(Keys.Head(0))!;

    private static string WithoutBatch(string head) =>
        Encoding.UTF8.GetString((Head.Parse(Encoding.UTF8.GetBytes(head)) with { Batch = null }).ToUtf8());

    private static int InHead(ModelStore store) => Head.Parse(Encoding.UTF8.GetBytes(HeadOf(store))).PausedQueues?.Count ?? 0;

    private static JsonElement Json(ModelStore store, string key) => JsonElement.Parse(store.JsonOf(key)!);

    /// <summary>The settings' documents and pages, without what is left of those that are gone.</summary>
    private static IReadOnlyList<string> LiveSettings(ModelStore store) =>
    [
        .. store.KeysNow.Where(key =>
            key.Contains("-settings-", StringComparison.Ordinal)
            && store.JsonOf(key) is { } json
            && !json.Contains("\"deleted\"", StringComparison.Ordinal)),
    ];

    private static Task<bool> SaveAsync(ModelStore store, string key, string json) =>
        store.TrySaveAsync(key, Encoding.UTF8.GetBytes(json), null, Keys.Head(0), CancellationToken.None);

    private Task WithTimeAsync(Func<bool> until, string what, double seconds = 0.5) => Eventually.TrueAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            return until();
        },
        what);
}
