using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What a worker hears of its leases over several shards.</summary>
public sealed class NewsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly NamedLease InFirst = new(JobId.Create(TestJobs.Start, 0, 1), "a");
    private static readonly NamedLease InSecond = new(JobId.Create(TestJobs.Start, 1, 2), "b");

    [Fact]
    public void Hear_OneShardHasNews_TellsThemAndLeavesTheOther() => Lane.Run(async lane =>
    {
        CancellationToken left = default;
        var quiet = new ScriptedShard
        {
            OnHear = (_, wait, token) =>
            {
                left = token;
                return QuietAsync(wait, lane, token);
            },
        };
        var told = new ScriptedShard
        {
            OnHear = async (leases, _, token) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(5), lane.Clock, token);
                return [new LeaseNews(leases[0], null)];
            },
        };

        IReadOnlyList<LeaseNews> news = await ShardsOf(lane, quiet, told).HearAsync([InFirst, InSecond], null, Minute, default);

        Assert.Equal(InSecond, Assert.Single(news).Lease);
        Assert.True(left.IsCancellationRequested);
    });

    [Fact]
    public void Hear_NoNewsAnywhere_IsEmptyOnceTheTimeHasPassed() => Lane.Run(async lane =>
    {
        DateTimeOffset began = lane.Clock.GetUtcNow();
        var quiet = new ScriptedShard { OnHear = (_, wait, token) => QuietAsync(wait, lane, token) };

        Assert.Empty(await ShardsOf(lane, quiet, quiet).HearAsync([InFirst, InSecond], null, Minute, default));
        Assert.Equal(Minute, lane.Clock.GetUtcNow() - began);
    });

    /// <summary>One that is away keeps nobody from the others' news, and is asked again.</summary>
    [Fact]
    public void Hear_OneShardIsAwayForAWhile_TellsWhatEitherHas() => Lane.Run(async lane =>
    {
        int asked = 0;
        var away = new ScriptedShard
        {
            OnHear = (leases, _, _) => ++asked < 3
                ? throw new StoreUnavailableException("Away.")
                : Task.FromResult<IReadOnlyList<LeaseNews>>([new LeaseNews(leases[0], null)]),
        };
        var quiet = new ScriptedShard { OnHear = (_, wait, token) => QuietAsync(wait, lane, token) };

        IReadOnlyList<LeaseNews> news = await ShardsOf(lane, quiet, away).HearAsync([InFirst, InSecond], null, Minute, default);

        Assert.Equal((InSecond, 3), (Assert.Single(news).Lease, asked));
    });

    [Fact]
    public void Hear_OneShardIsAwayAllTheTime_IsEmptyOnceTheTimeHasPassed() => Lane.Run(async lane =>
    {
        var away = new ScriptedShard { OnHear = (_, _, _) => throw new StoreUnavailableException("Away.") };
        var quiet = new ScriptedShard { OnHear = (_, wait, token) => QuietAsync(wait, lane, token) };

        Assert.Empty(await ShardsOf(lane, quiet, away).HearAsync([InFirst, InSecond], null, Minute, default));
        Assert.Empty(await ShardsOf(lane, quiet, away).HearAsync([InFirst, InSecond], null, TimeSpan.Zero, default));
    });

    [Fact]
    public void Hear_EveryShardIsAway_SaysSo() => Lane.Run(async lane =>
    {
        var away = new ScriptedShard { OnHear = (_, _, _) => throw new StoreUnavailableException("Away.") };

        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => ShardsOf(lane, away, away).HearAsync([InFirst, InSecond], null, Minute, default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ShardsOf(lane, away, away).HearAsync([InFirst], null, Minute, default));
    });

    [Fact]
    public void Hear_AnIdOfAShardThatThereIsNot_IsToldAtOnce() => Lane.Run(async lane =>
    {
        var nowhere = new NamedLease(JobId.Create(TestJobs.Start, 7, 1), "t");

        Assert.Equal(
            [new LeaseNews(nowhere, null)],
            await ShardsOf(lane, new ScriptedShard()).HearAsync([InFirst, nowhere], null, Minute, default));
    });

    private static JobShards ShardsOf(Lane lane, params ScriptedShard[] shards) =>
        new(new ScriptedShards(shards), new Randomness(Random.Shared.NextBytes), lane.Clock, null);

    private static async Task<IReadOnlyList<LeaseNews>> QuietAsync(TimeSpan wait, Lane lane, CancellationToken cancellationToken)
    {
        await Task.Delay(wait, lane.Clock, cancellationToken);
        return [];
    }
}
