namespace JobOrchestrator.Sdk.Testing;

/// <summary>One call of a caller under test that started a job, or met one that was there already.</summary>
/// <param name="Input">What it handed in, the object itself.</param>
/// <param name="Options">With what; of many jobs that were started together, each one's own.</param>
/// <param name="Job">The job as the caller got it.</param>
public sealed record FakeSubmission(object Input, JobOptions Options, Job Job);
