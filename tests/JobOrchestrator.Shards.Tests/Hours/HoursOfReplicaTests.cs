using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What happened by hours is in the store: whoever holds a shard next goes on from there.</summary>
public sealed class HoursOfReplicaTests
{
    private const string Kept = "-history-";
    private static readonly DateTimeOffset Noon = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _clock = new();

    public HoursOfReplicaTests() => _clock.Advance(Noon - _clock.GetUtcNow());

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task AfterARestart_TheHoursAreThere(bool rollsBack, bool isCrash)
    {
        var store = new ModelStore(rollsBack);
        TestReplica first = await TestReplica.StartAsync(store, new RecordingBus(), _clock);
        await EnqueueAsync(first, 3);
        await PassAnHourAsync(first);
        await EnqueueAsync(first, 2);
        await EndAsync(first, isCrash);

        await using TestReplica second = await TestReplica.TakeOverAsync(store, new RecordingBus(), _clock);
        await EnqueueAsync(second, 4);

        // What a process that dies has not stored is lost to the plots, and is less than an hour.
        Assert.Equal([3, isCrash ? 4 : 6], await SubmittedAsync(second, Noon, 2, HistoryBy.All));
        Assert.Equal([3, isCrash ? 4 : 6], await SubmittedAsync(second, Noon, 2, HistoryBy.Queue, "mail"));
        Assert.Equal([3, isCrash ? 4 : 6], await SubmittedAsync(second, Noon, 2, HistoryBy.Type, "test"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ManyHandOversInAnHour_CountNothingTwice(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        for (int life = 0; life < 6; life++)
        {
            TestReplica replica = await TestReplica.TakeOverAsync(store, new RecordingBus(), _clock, $"r{life % 2}");
            await EnqueueAsync(replica, 2);
            Assert.Equal([2 * (life + 1)], await SubmittedAsync(replica, Noon, 1, HistoryBy.Queue, "mail"));
            await replica.StopAsync();
        }
    }

    [Fact]
    public async Task HowFullItWas_IsKnownAfterARestart()
    {
        var store = new ModelStore();
        TestReplica first = await TestReplica.StartAsync(store, new RecordingBus(), _clock);
        await EnqueueAsync(first, 3);
        for (int hour = 0; hour < 14; hour++)
        {
            await PassAnHourAsync(first);
        }

        await first.StopAsync();
        await using TestReplica second = await TestReplica.TakeOverAsync(store, new RecordingBus(), _clock);

        // Also on the next day, on which nothing has happened so far.
        foreach (HistoryBy by in new[] { HistoryBy.All, HistoryBy.Queue })
        {
            string? name = by == HistoryBy.Queue ? "mail" : null;
            IReadOnlyList<Cell?> all = await StepsAsync(second, Noon, 15, by, name);
            IReadOnlyList<Cell?> later = await StepsAsync(second, Noon.AddHours(2), 13, by, name);
            Assert.Equal(Enumerable.Repeat(3, 15), all.Select(cell => cell!.Backlog.Ready));
            Assert.Equal(Enumerable.Repeat(3, 13), later.Select(cell => cell!.Backlog.Ready));
        }
    }

    [Fact]
    public async Task WhatIsNotKnown_IsSaid()
    {
        var store = new ModelStore();
        TestReplica first = await TestReplica.StartAsync(store, new RecordingBus(), _clock);
        await EnqueueAsync(first, 1);
        await PassAnHourAsync(first);
        await EndAsync(first, isCrash: true);
        _clock.Advance(TimeSpan.FromHours(3));
        await using TestReplica second = await TestReplica.TakeOverAsync(store, new RecordingBus(), _clock);

        Task<IReadOnlyList<HistoryAnswer?>> reading = second.Shards.HistoryAsync(
            new HistoryAsk(Noon.AddHours(-1), 7, 3_600, HistoryBy.All), CancellationToken.None);
        await MeanwhileAsync(reading);
        IReadOnlyList<HistoryAnswer?> answers = await reading;

        // It died a moment after the second hour had begun.
        foreach (HistoryAnswer? answer in answers)
        {
            Assert.Equal(2, answer!.Known.Count);
            Assert.Equal(Noon, answer.Known[0].From);
            Assert.InRange(answer.Known[0].To, Noon.AddHours(1), Noon.AddHours(1).AddMinutes(1));
            Assert.InRange(answer.Known[1].From, Noon.AddHours(4), Noon.AddHours(4).AddMinutes(1));
            Assert.Equal(
                [false, true, false, false, true, false],
                answer.Parts[0].Steps.Select(step => step is not null).Where((_, hour) => hour != 2));
        }
    }

    [Fact]
    public async Task ADocumentThatIsNone_IsLeftAsItIs_AndNothingElseSuffers()
    {
        var store = new ModelStore();
        TestReplica first = await TestReplica.StartAsync(store, new RecordingBus(), _clock);
        await EnqueueAsync(first, 1);
        await first.StopAsync();
        string[] keys = [.. store.KeysNow.Where(key => key.Contains(Kept, StringComparison.Ordinal))];
        Assert.NotEmpty(keys);
        foreach (string key in keys)
        {
            store.Spoil(key, "{\"version\":2}");
        }

        await using TestReplica second = await TestReplica.TakeOverAsync(store, new RecordingBus(), _clock);
        await EnqueueAsync(second, 2);
        await PassAnHourAsync(second);

        Assert.All(keys, key => Assert.Equal("{\"version\":2}", store.JsonOf(key)));
        Assert.Contains(second.Health.Warnings, warning => warning.Contains("cannot be read", StringComparison.Ordinal));
        Assert.True(second.IsReady);
        Assert.Equal([2], await SubmittedAsync(second, Noon, 1, HistoryBy.Queue, "mail"));

        // The next day is one of its own.
        await PassAsync(second, TimeSpan.FromDays(1));
        await EnqueueAsync(second, 3);
        await PassAnHourAsync(second);
        IReadOnlyList<int> submitted = await SubmittedAsync(second, Noon.AddDays(1), 2, HistoryBy.Queue, "mail");
        Assert.Equal(3, submitted.Sum());
        Assert.Contains(store.KeysNow, key => key.EndsWith($"{Kept}{Noon.AddDays(1):yyyyMMdd}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AStoreThatTakesNoneOfThem_IsNotAskedAgainAndAgain()
    {
        var store = new ModelStore();
        int tries = 0;
        var gate = new GateStore(store)
        {
            Before = (call, keys) =>
            {
                if (call != StoreCall.Transact || !keys.Any(key => key.Contains(Kept, StringComparison.Ordinal)))
                {
                    return Task.CompletedTask;
                }

                tries++;
                throw new RefusedException("The value is too large.");
            },
        };
        await using TestReplica replica = await TestReplica.StartAsync(gate, new RecordingBus(), _clock);
        await EnqueueAsync(replica, 1);
        _clock.Advance(TimeSpan.FromHours(1));
        for (int second = 0; second < 100; second++)
        {
            await EnqueueAsync(replica, 1);
            _clock.Advance(TimeSpan.FromMilliseconds(900));
        }

        Assert.InRange(tries, 1, 2 * await CountAsync(replica));
        Assert.True(replica.IsReady);
        IReadOnlyList<int> submitted = await SubmittedAsync(replica, Noon, 2, HistoryBy.Queue, "mail");
        Assert.Equal(101, submitted.Sum());
    }

    [Fact]
    public async Task WhileTheStoreDoesNotAnswer_WhatIsInMemoryIsTold()
    {
        var store = new ModelStore();
        TestReplica first = await TestReplica.StartAsync(store, new RecordingBus(), _clock);
        await EnqueueAsync(first, 5);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await first.StopAsync();
        _clock.Advance(TimeSpan.FromDays(2));
        await using TestReplica second = await TestReplica.TakeOverAsync(store, new RecordingBus(), _clock);
        await EnqueueAsync(second, 2);
        store.Fault = write => write ? Fault.None : Fault.Refused;

        IReadOnlyList<int> submitted = await SubmittedAsync(second, Noon, 49, HistoryBy.Queue, "mail");
        Assert.Equal((0, 2), (submitted[0], submitted[48]));

        store.Fault = _ => Fault.None;
        submitted = await SubmittedAsync(second, Noon, 49, HistoryBy.Queue, "mail");
        Assert.Equal((5, 2), (submitted[0], submitted[48]));
    }

    /// <summary>Queues whose jobs have all ended are listed for a day or two, whoever holds their shard by now.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task QueuesOfTheDayBefore_AreListedAfterARestart(int daysLater, bool isListed)
    {
        var store = new ModelStore();
        TestReplica first = await TestReplica.StartAsync(store, new RecordingBus(), _clock);
        Job job = await first.EnqueueAsync("mail");
        await MeanwhileAsync(first.ProposeAsync(new Command.Cancel(job.Id)));
        await PassAnHourAsync(first);
        await first.StopAsync();
        _clock.Advance(TimeSpan.FromDays(daysLater));

        await using TestReplica second = await TestReplica.TakeOverAsync(store, new RecordingBus(), _clock);
        QueuePage page = await second.Shards.QueuesAsync(null, null, 1_000, CancellationToken.None);

        Assert.Equal(isListed, page.Queues.Any(queue => queue.Name == "mail"));
    }

    /// <summary>What is known of the day before is told and kept, and what happens now does not change it.</summary>
    [Fact]
    public async Task TheDayBefore_StaysAsItIsStored()
    {
        var store = new ModelStore();
        TestReplica first = await TestReplica.StartAsync(store, new RecordingBus(), _clock);
        await EnqueueAsync(first, 5);
        await PassAnHourAsync(first);
        await first.StopAsync();
        string before = Assert.Single(store.KeysNow, key =>
            key.EndsWith($"{Kept}{Noon:yyyyMMdd}", StringComparison.Ordinal)
            && store.JsonOf(key)!.Contains("mail", StringComparison.Ordinal));
        string stored = store.JsonOf(before)!;
        _clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromHours(1));

        await using TestReplica second = await TestReplica.TakeOverAsync(store, new RecordingBus(), _clock);
        await EnqueueAsync(second, 2);
        await PassAnHourAsync(second);

        IReadOnlyList<int> submitted = await SubmittedAsync(second, Noon, 26, HistoryBy.Queue, "mail");
        Assert.Equal((5, 2), (submitted[0], submitted.Skip(1).Sum()));
        Assert.Equal(stored, store.JsonOf(before));
    }

    private static async Task EndAsync(TestReplica replica, bool isCrash)
    {
        if (isCrash)
        {
            await replica.DisposeAsync();
        }
        else
        {
            await replica.StopAsync();
        }
    }

    private async Task EnqueueAsync(TestReplica replica, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await MeanwhileAsync(replica.EnqueueAsync("mail"));
        }
    }

    private async Task<IReadOnlyList<int>> SubmittedAsync(
        TestReplica replica, DateTimeOffset from, int hours, HistoryBy by, string? name = null) =>
        [.. (await StepsAsync(replica, from, hours, by, name)).Select(cell => cell?.Counts[Columns.Submitted] ?? 0)];

    /// <summary>The steps of the one shard in which something has happened.</summary>
    private async Task<IReadOnlyList<Cell?>> StepsAsync(
        TestReplica replica, DateTimeOffset from, int hours, HistoryBy by, string? name)
    {
        Task<IReadOnlyList<HistoryAnswer?>> reading = replica.Shards.HistoryAsync(
            new HistoryAsk(from, hours, 3_600, by, name is null ? null : new HashSet<string> { name }), CancellationToken.None);
        await MeanwhileAsync(reading);
        IReadOnlyList<HistoryAnswer?> answers = await reading;
        return Assert.Single(answers[replica.Shards.ShardOf("mail")]!.Parts).Steps;
    }

    private Task PassAnHourAsync(TestReplica replica) => PassAsync(replica, TimeSpan.FromHours(1));

    /// <summary>Time passes, and something is stored afterwards in each shard.</summary>
    private async Task PassAsync(TestReplica replica, TimeSpan time)
    {
        _clock.Advance(time);

        await MeanwhileAsync(StoreAsync(replica));
    }

    /// <summary>Time goes on: what was under way when much passed at once is given up and settled, after pauses.</summary>
    private async Task MeanwhileAsync(Task work)
    {
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(20));
                return work.IsCompleted;
            },
            "it is done");
        await work;
    }

    private static async Task StoreAsync(TestReplica replica)
    {
        int shards = await CountAsync(replica);
        for (int shard = 0; shard < shards; shard++)
        {
            string queue = Enumerable.Range(0, 1_000).Select(i => $"other-{i}").First(name => replica.Shards.ShardOf(name) == shard);
            await replica.PauseAsync(queue);
            await replica.ResumeAsync(queue);
        }
    }

    private static async Task<int> CountAsync(TestReplica replica) =>
        (await replica.Shards.AuditAsync(CancellationToken.None)).Count;
}
