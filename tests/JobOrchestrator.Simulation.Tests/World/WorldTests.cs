using System.Threading.Channels;

namespace JobOrchestrator.Simulation.Tests;

/// <summary>One number decides everything.</summary>
public sealed class WorldTests
{
    [Fact]
    public void Seed_RunTwice_GoesTheSameWay()
    {
        for (ulong seed = 0; seed < 30; seed++)
        {
            World first = Simulated.Of(seed, Crowd);
            World second = Simulated.Of(seed, Crowd);

            Assert.Equal(first.Trace.Hash, second.Trace.Hash);
            Assert.Equal(first.Trace.Count, second.Trace.Count);
        }
    }

    [Fact]
    public void Seeds_Differ_GoDifferentWays()
    {
        HashSet<ulong> hashes = [.. Enumerable.Range(0, 30).Select(seed => Simulated.Of((ulong)seed, Crowd).Trace.Hash)];

        Assert.Equal(30, hashes.Count);
    }

    [Fact]
    public void Step_ThatDoesNotEnd_IsSaidWithItsSeed()
    {
        using var over = new ManualResetEventSlim();

        HangException hang = Assert.Throws<HangException>(() => Simulated.Of(
            7,
            world =>
            {
                world.NewLane("a#1").Begin("the loop", () =>
                {
                    over.Wait();
                    return Task.CompletedTask;
                });
                world.Run(() => false);
            },
            TimeSpan.FromMilliseconds(500)));
        over.Set();

        Assert.Contains("seed 7 hangs in step", hang.Message, StringComparison.Ordinal);
        Assert.Contains("of a#1: the loop", hang.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_CostTime()
    {
        World world = Simulated.Lane(async _ =>
        {
            for (int i = 0; i < 1000; i++)
            {
                await Task.Yield();
            }
        });

        Assert.InRange(new TimeSpan(world.Ticks).TotalMilliseconds, 10, 11);
    }

    /// <summary>Three lanes that talk, wait and draw.</summary>
    private static void Crowd(World world)
    {
        var post = Channel.CreateUnbounded<int>();
        for (int i = 0; i < 3; i++)
        {
            Lane lane = world.NewLane($"lane-{i}");
            Dice dice = world.Dice(lane.Name);
            lane.Begin("talk", async () =>
            {
                for (int j = 0; j < 50; j++)
                {
                    await Task.Delay(dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(1)), lane.Clock);
                    await post.Writer.WriteAsync(j);
                    await Task.Yield();
                }
            });
            lane.Begin("listen", async () =>
            {
                for (int j = 0; j < 50; j++)
                {
                    await post.Reader.ReadAsync();
                }
            });
        }

        world.Run(() => false);
        Assert.Null(world.Failure);
    }
}
