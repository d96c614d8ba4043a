using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation.Models;

/// <summary>What becomes of one request: when it is carried out and what its caller hears.</summary>
/// <param name="There">How long until it is carried out; null: it never is.</param>
/// <param name="Back">How long its answer then takes; null: that never arrives.</param>
/// <param name="Error">What the caller hears instead of an answer; null: nothing, but for the answer.</param>
/// <param name="ErrorAfter">When he hears it.</param>
/// <param name="IsRepeated">The sidecar sends it once more by itself.</param>
/// <param name="LeavesOut">How many keys of a bulk read are left out.</param>
internal readonly record struct Fate(
    TimeSpan? There,
    TimeSpan? Back,
    CallException? Error = null,
    TimeSpan ErrorAfter = default,
    bool IsRepeated = false,
    int LeavesOut = 0);
