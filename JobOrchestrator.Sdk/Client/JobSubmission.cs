namespace JobOrchestrator.Sdk;

/// <summary>One of many jobs to start together, where they are of several types or differ in their options.</summary>
/// <param name="Input">
/// The job's input, with <see cref="JobTypeAttribute"/> on its type unless the options or a registered processor name the job's type.
/// </param>
/// <param name="Options">
/// What is different about this job; its <see cref="JobOptions.IdempotencyKey"/> and <see cref="JobOptions.OnDuplicate"/> stay unset,
/// because both count for the whole request (<see cref="JobBatchOptions"/>).
/// </param>
public sealed record JobSubmission(object Input, JobOptions? Options = null)
{
    /// <summary>What the caller knows the input as; any object unless it was one of a typed list.</summary>
    internal Type Declared { get; init; } = typeof(object);
}

/// <summary>What counts for all jobs that are started together.</summary>
public sealed record JobBatchOptions
{
    /// <summary>
    /// Two calls with one key and the same jobs in the same order make each job once. Null (the default) makes a fresh key, so that
    /// the SDK's own tries after a lost answer never make a job twice; set it to make <em>your</em> repetitions safe too. 1 to
    /// 240 visible ASCII characters; anything else is an <see cref="ArgumentException"/>.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>What to do where an external id or a unique key is taken; <see cref="JobDuplicate.Reject"/> by default.</summary>
    public JobDuplicate OnDuplicate { get; init; } = JobDuplicate.Reject;
}
