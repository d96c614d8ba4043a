using JobOrchestrator.Sdk;

namespace Fibonacci;

// snippet:fibonacci-jobs
/// <summary>One step of the sequence: adds two neighbours.</summary>
public interface IStep
{
    int Number { get; }

    long X { get; }

    long Y { get; }
}

/// <summary>Tried again after 1, 2, 3 … seconds, up to five times.</summary>
[JobType("fibonacci-linear", Queue = "fibonacci", MaxRetries = 5, Backoff = JobBackoffKind.Linear, BackoffSeconds = 1)]
public sealed record LinearStep(int Number, long X, long Y) : IStep, IJob<long>;

/// <summary>Tried again after 1, 2, 4 … seconds, without end.</summary>
[JobType(
    "fibonacci-exponential",
    Queue = "fibonacci",
    MaxRetries = JobTypeAttribute.Endless,
    Backoff = JobBackoffKind.Exponential,
    BackoffSeconds = 1)]
public sealed record ExponentialStep(int Number, long X, long Y) : IStep, IJob<long>;
// end-snippet
