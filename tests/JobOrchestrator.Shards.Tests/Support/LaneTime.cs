namespace JobOrchestrator.Shards.Tests;

/// <summary>Time in a lane: it passes when there is nothing else to do.</summary>
internal static class LaneTime
{
    public static Task PassAsync(this Lane lane, double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), lane.Clock);

    /// <summary>Waits for something that takes no longer than so many simulated seconds.</summary>
    public static async Task UntilAsync(this Lane lane, Func<bool> condition, string what, double seconds = 60)
    {
        long started = lane.Clock.GetTimestamp();
        while (!condition())
        {
            bool isInTime = lane.Clock.GetElapsedTime(started) < TimeSpan.FromSeconds(seconds);
            Assert.True(isInTime, $"Not within {seconds} simulated seconds: {what}.");
            await lane.PassAsync(0.05);
        }
    }

    /// <summary>A replica that holds its shards.</summary>
    public static async Task<TestReplica> StartAsync(
        this Lane lane,
        IStateStore store,
        string name = "a",
        Func<ReplicaSettings, ReplicaSettings>? configure = null,
        RecordingBus? bus = null)
    {
        TestReplica replica = lane.Begin(store, name, configure, bus: bus);
        await lane.UntilAsync(() => replica.IsReady, $"{name} holds its shards");
        return replica;
    }

    /// <summary>A replica that begins.</summary>
    public static TestReplica Begin(
        this Lane lane,
        IStateStore store,
        string name = "a",
        Func<ReplicaSettings, ReplicaSettings>? configure = null,
        ILogger<Replica>? logger = null,
        TimeProvider? clock = null,
        RecordingBus? bus = null)
    {
        var replica = TestReplica.Create(store, bus ?? new RecordingBus(), clock ?? lane.Clock, name, configure, logger);
        replica.BeginHere();
        return replica;
    }

    /// <summary>The head of a shard as it is stored.</summary>
    public static Head HeadOf(this ModelStore store, int shard = 0) =>
        Head.Parse(System.Text.Encoding.UTF8.GetBytes(store.JsonOf(Keys.Head(shard))!));
}
