using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Tests;

/// <summary>A request's three moments, and what may come between them.</summary>
public sealed class SimStoreTests
{
    private static readonly byte[] Value = "{}"u8.ToArray();
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Save_ThenGet_AnswersWhatWasSaved()
    {
        World world = Store(
            null,
            async (store, _, _) =>
            {
                Assert.True(await store.TrySaveAsync("k", Value, null, "p", default));
                Assert.False(await store.TrySaveAsync("k", Value, null, "p", default));
                StoredItem? item = await store.GetAsync("k", "p", default);
                Assert.Equal(Value, item!.Value.Value.ToArray());
                Assert.Null(await store.GetAsync("other", "p", default));
                Assert.Single(await store.GetManyAsync(["k", "other"], "p", default));
            });

        Assert.Null(world.Failure);
        Assert.True(world.Ticks > 0);
    }

    [Fact]
    public void Write_WhoseCallerGaveUp_IsCarriedOutAllTheSame()
    {
        World world = Store(
            fate => fate with { There = 30 * Second },
            async (store, lane, site) =>
            {
                using var timeout = new CancellationTokenSource(10 * Second, lane.Clock);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(
                    () => store.TrySaveAsync("k", Value, null, "p", timeout.Token));
                Assert.Equal(0, site.State.Count);
                await Task.Delay(25 * Second, lane.Clock);
                Assert.Equal(1, site.State.Count);
            });

        Assert.Null(world.Failure);
    }

    [Fact]
    public void Write_OfAProcessThatDied_IsCarriedOutAllTheSame()
    {
        int stored = 0;
        Simulated.Of(1, world =>
        {
            (Lane lane, StoreSite site) = New(world, fate => fate with { There = 30 * Second });
            lane.Begin("a write", () => new SimStore(lane, site).TrySaveAsync("k", Value, null, "p", default));
            world.In(Second, null, StepKind.World, "kill", lane.Kill);
            world.RunFor(60 * Second);
            stored = site.State.Count;
        });

        Assert.Equal(1, stored);
    }

    [Fact]
    public void Answer_ThatIsLost_LeavesTheWriteDoneAndTheCallerWithoutOne()
    {
        World world = Store(
            fate => fate with { Back = null, Error = new UnclearException("broken"), ErrorAfter = Second },
            async (store, _, site) =>
            {
                await Assert.ThrowsAsync<UnclearException>(() => store.TrySaveAsync("k", Value, null, "p", default));
                Assert.Equal(1, site.State.Count);
            });

        Assert.Null(world.Failure);
    }

    [Fact]
    public void Transaction_RepeatedByTheSidecar_IsAnsweredAsAConflict()
    {
        World world = Store(
            null,
            async (store, _, site) =>
            {
                await store.TrySaveAsync("k", Value, null, "p", default);
                string etag = (await store.GetAsync("k", "p", default))!.Value.ETag;
                site.Sending = (_, _, fate) => fate with { IsRepeated = true };

                await Assert.ThrowsAsync<RefusedException>(
                    () => store.TransactAsync([new StateOperation("k", "{\"a\":1}"u8.ToArray(), etag)], "p", default));

                Assert.NotEqual(etag, (await store.GetAsync("k", "p", default))!.Value.ETag);
            });

        Assert.Null(world.Failure);
    }

    [Fact]
    public void Store_ThatIsAway_AnswersAsItIsAway()
    {
        World world = Store(
            null,
            async (store, lane, site) =>
            {
                site.Outages.Begin(null, "p", null, 10 * Second, AwayKind.NeverSent);

                await Assert.ThrowsAsync<NeverSentException>(() => store.GetAsync("k", "p", default));
                Assert.Null(await store.GetAsync("k", "other", default));
                await Task.Delay(11 * Second, lane.Clock);
                Assert.Null(await store.GetAsync("k", "p", default));
            });

        Assert.Null(world.Failure);
    }

    private static World Store(Func<Fate, Fate>? change, Func<SimStore, Lane, StoreSite, Task> loop) => Simulated.Of(1, world =>
    {
        (Lane lane, StoreSite site) = New(world, change);
        lane.Begin("the test", () => loop(new SimStore(lane, site), lane, site));
        world.RunFor(TimeSpan.FromMinutes(2));
    });

    private static (Lane Lane, StoreSite Site) New(World world, Func<Fate, Fate>? change)
    {
        var site = new StoreSite(world, new Faults(world, []), Swarm.Calm(Presets.InMemory), _ => { });
        if (change is not null)
        {
            site.Sending = (_, _, fate) => change(fate);
        }

        return (world.NewLane("a#1"), site);
    }
}
