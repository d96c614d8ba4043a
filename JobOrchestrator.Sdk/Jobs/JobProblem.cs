using System.Text.Json;
using JobOrchestrator.Search;

namespace JobOrchestrator.Sdk;

/// <summary>Why the orchestrator refused a request: an RFC 9457 problem document.</summary>
public sealed record JobProblem
{
    /// <summary>A stable name of the kind of problem, such as <c>/problems/duplicate-job</c>.</summary>
    public string? Type { get; init; }

    /// <summary>One line for people.</summary>
    public string? Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>What happened this time.</summary>
    public string? Detail { get; init; }

    /// <summary>The job that it is about.</summary>
    public string? JobId { get; init; }

    /// <summary>Which of many jobs it is about, from 0; null when there was one.</summary>
    public int? Index { get; init; }

    /// <summary>Whether the same request can succeed later.</summary>
    public bool? Retryable { get; init; }

    /// <summary>The trace of the refused request.</summary>
    public string? TraceId { get; init; }

    /// <summary>Which members of the request were not allowed, by JSON pointer.</summary>
    public JsonElement? Errors { get; init; }

    /// <summary>What is wrong with a query, in the order of its text; null: it was not about one.</summary>
    public IReadOnlyList<JobQueryError>? QueryErrors { get; init; }

    /// <summary>Title and detail, for a log or an exception; null when there is neither.</summary>
    internal string? Sentence => (Title, Detail) switch
    {
        (null, var detail) => detail,
        (var title, null) => title,
        var (title, detail) => $"{title} {detail}",
    };

    /// <summary>Whether <see cref="Type"/> ends in the given name, such as <c>stale-lease</c>.</summary>
    /// <param name="name">The last segment of the type.</param>
    public bool Is(string name) => Type is { } type && (type == name || type.EndsWith("/" + name, StringComparison.Ordinal));
}
