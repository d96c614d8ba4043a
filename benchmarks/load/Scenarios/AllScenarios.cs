namespace Load;

/// <summary>All that can be measured.</summary>
internal static class AllScenarios
{
    private const int Few = 8;
    private const int Many = 64;
    private const int VeryMany = 256;

    private static readonly IReadOnlyList<Scenario> All =
    [
        new("submit1", Loops.Of(1, Turns.Submit)),
        new("submit64", Loops.Of(Many, Turns.Submit)),
        new("submit256", Loops.Of(VeryMany, Turns.Submit)),
        new("batch100", Loops.Of(Few, Turns.SubmitBatch, byJobs: true)),
        new("life", Loops.Of(Many, Turns.Life)),
        new("lifeBatch50", Loops.Of(Few, Turns.LifeInBatches, byJobs: true)),
        new("seen", Seen.RunAsync),
        new("waits10k", Waits.RunAsync),
        new("million", Waiting.RunAsync),
        new("finished500k", Finished.RunAsync),
        new("fanout", Fanout.RunAsync, Needs.MicroserviceX),
        new("queues64", Loops.Of(Many, static () => Turns.SubmitToOwnQueue(Many))),
        new("idle", Idle.RunAsync, Needs.MicroserviceX),
        new("commit", CommitCall.RunAsync, byDefault: false),
    ];

    public static IEnumerable<string> Names => All.Select(scenario => scenario.Name);

    /// <summary>Those that are named; all but those that must be named where none is.</summary>
    public static IReadOnlyList<Scenario> Of(IReadOnlySet<string> names) =>
        [.. All.Where(scenario => names.Count == 0 ? scenario.ByDefault : names.Contains(scenario.Name))];
}
