using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What a wait for a job is for. A closed set, so that a shard can be asked that runs elsewhere.</summary>
public abstract record JobCondition
{
    private JobCondition()
    {
    }

    /// <summary>Until the job has ended.</summary>
    public static JobCondition Finished { get; } = new Ended();

    /// <summary>Until the job has changed beyond a sequence.</summary>
    public static JobCondition Beyond(long sequence) => new After(sequence);

    /// <summary>Whether a job is as it should be.</summary>
    public abstract bool IsMetBy(Job job);

    /// <summary>The job has ended.</summary>
    public sealed record Ended : JobCondition
    {
        /// <inheritdoc/>
        public override bool IsMetBy(Job job) => job.IsFinished;
    }

    /// <summary>The job has changed beyond a sequence.</summary>
    /// <param name="Sequence">The sequence that is known already.</param>
    public sealed record After(long Sequence) : JobCondition
    {
        /// <inheritdoc/>
        public override bool IsMetBy(Job job) => job.Sequence > Sequence;
    }
}
