using System.Diagnostics;
using JobOrchestrator.Core;

namespace JobOrchestrator.Http;

/// <summary>What an outcome is about.</summary>
internal static class Outcomes
{
    /// <summary>The one job that a successful outcome shows.</summary>
    public static Job JobOf(Outcome outcome) => outcome switch
    {
        Outcome.Accepted { Job: var job } => job,
        Outcome.Replayed { Job: var job } => job,
        Outcome.Existing { Job: var job } => job,
        Outcome.Replaced { Job: var job } => job,
        Outcome.Changed { Job: var job } => job,
        Outcome.Unchanged { Job: var job } => job,
        _ => throw new UnreachableException($"{outcome.GetType().Name} shows no job."),
    };
}
