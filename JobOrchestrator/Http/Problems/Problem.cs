using JobOrchestrator.Core;
using JobOrchestrator.Search;

namespace JobOrchestrator.Http;

/// <summary>One occurrence of a problem, in the terms of RFC 9457, with the headers that belong to it.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Detail">What it is about this time.</param>
internal sealed record Problem(ProblemType Type, string Detail)
{
    public JobId? JobId { get; init; }

    /// <summary>The place in a batch, from 0.</summary>
    public int? Index { get; init; }

    /// <summary>Faults of a 422, by JSON pointer.</summary>
    public IReadOnlyList<Violation> Errors { get; init; } = [];

    /// <summary>What is wrong with a query, by its place.</summary>
    public IReadOnlyList<JobQueryError> QueryErrors { get; init; } = [];

    /// <summary>The error of a failed job.</summary>
    public JobError? Error { get; init; }

    /// <summary>Seconds for <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The job for <c>Location</c>.</summary>
    public JobId? Location { get; init; }

    /// <summary>The HTTP status. Only kinds that have one are answered.</summary>
    public int Status => Type.Status!.Value;
}

/// <summary>One value that is not allowed.</summary>
/// <param name="Pointer">Where: a JSON pointer into the body, or <c>?name</c> for a query parameter.</param>
/// <param name="Message">What is allowed.</param>
internal sealed record Violation(string Pointer, string Message);

/// <summary>Ends an operation with a problem; thrown while a request is read, so that reading stays a straight line.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;
}
