using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What a worker hears of a lease over several shards.</summary>
public sealed class LeasesTests
{
    /// <summary>F17: "nothing" is said only where it is certain: a job given to a worker that does not know costs an attempt.</summary>
    /// <param name="failing">Which of the tries in the first shard ends unclear; the others find nothing, or nobody.</param>
    /// <param name="isAwayInTheEnd">The last try meets a shard that is away.</param>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void Lease_OneTryEndedUnclear_IsUnclearThoughALaterOneFindsNothing(int failing, bool isAwayInTheEnd) => Lane.Run(async lane =>
    {
        int tries = 0;
        var first = new ScriptedShard
        {
            OnLease = async wait =>
            {
                tries++;
                if (tries == failing)
                {
                    throw new OutcomeUnknownException("It is not known.");
                }

                await Task.Delay(wait, lane.Clock);
                return isAwayInTheEnd && tries > 1 ? throw new StoreUnavailableException("Away.") : [];
            },
        };
        var second = new ScriptedShard { OnLease = wait => NothingAsync(wait, lane) };
        var shards = new JobShards(new ScriptedShards(first, second), new Randomness(Random.Shared.NextBytes), lane.Clock, null);

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => shards.LeaseAsync(
            new Command.Lease([], "worker", 1, null, "seed"), TimeSpan.FromSeconds(5), CancellationToken.None));
    });

    [Fact]
    public void Lease_NothingAnywhere_IsNothing() => Lane.Run(async lane =>
    {
        var nothing = new ScriptedShard { OnLease = wait => NothingAsync(wait, lane) };
        var shards = new JobShards(new ScriptedShards(nothing, nothing), new Randomness(Random.Shared.NextBytes), lane.Clock, null);

        Assert.Empty(await shards.LeaseAsync(
            new Command.Lease([], "worker", 1, null, "seed"), TimeSpan.FromSeconds(5), CancellationToken.None));
    });

    private static async Task<IReadOnlyList<Job>> NothingAsync(TimeSpan wait, Lane lane)
    {
        await Task.Delay(wait, lane.Clock);
        return [];
    }
}
