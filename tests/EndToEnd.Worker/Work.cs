using JobOrchestrator.Sdk;

namespace EndToEnd.Worker;

/// <summary>What a job of these tests is to do.</summary>
[JobType("work")]
public sealed record Work : IJob<WorkResult>
{
    /// <summary>How long all steps take together, in milliseconds.</summary>
    public int Milliseconds { get; init; }

    /// <summary>How many steps there are; progress is reported after each.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>Whether a checkpoint is saved after each step.</summary>
    public bool SavesCheckpoints { get; init; }

    /// <summary>Works on when told to stop, and reports its result all the same.</summary>
    public bool IsDisobedient { get; init; }

    /// <summary>Takes its whole process with it, at once and without a word: poison.</summary>
    public bool IsDeadly { get; init; }
}

/// <summary>Who did it.</summary>
/// <param name="Worker">The worker's name.</param>
/// <param name="Attempt">The attempt's number, from 1.</param>
/// <param name="FirstStep">The step that this attempt began with: 0, or the last checkpoint of an earlier one.</param>
public sealed record WorkResult(string Worker, int Attempt, int FirstStep);
