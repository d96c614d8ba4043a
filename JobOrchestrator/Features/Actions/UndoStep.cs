using JobOrchestrator.Core;

namespace JobOrchestrator.Features.Actions;

/// <summary>How what an action did to one job is undone.</summary>
internal abstract record UndoStep
{
    private UndoStep()
    {
    }

    /// <summary>How much room it takes, in some 200 bytes.</summary>
    public virtual int Weight => 1;

    /// <summary>It made a job, which is cancelled if it still waits.</summary>
    /// <param name="JobId">The new job.</param>
    public sealed record Made(JobId JobId) : UndoStep;

    /// <summary>It had a job go to another queue, from which it comes back if it still waits there.</summary>
    /// <param name="JobId">The job.</param>
    /// <param name="From">The queue that it came from.</param>
    /// <param name="To">The queue that it went to.</param>
    public sealed record Moved(JobId JobId, string From, string To) : UndoStep;

    /// <summary>It changed labels, which are as before again where nobody has changed them since.</summary>
    /// <param name="JobId">The job.</param>
    /// <param name="Before">The changed keys with their values before; null: there was none.</param>
    /// <param name="After">The same keys with the values that they were given.</param>
    public sealed record Labelled(
        JobId JobId, IReadOnlyDictionary<string, string?> Before, IReadOnlyDictionary<string, string?> After) : UndoStep
    {
        // What they were given is one for all jobs of an action.
        public override int Weight => 1 + Before.Count + (Before.Sum(label => label.Key.Length + (label.Value?.Length ?? 0)) / 100);
    }
}
