using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>Why a job waits, or how it runs; of one that has ended, how its time was spent.</summary>
public sealed record JobWhy
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>Where it is on its way, as in <see cref="Job.Phase"/>. Null: one that this version does not know.</summary>
    [JsonConverter(typeof(JobPhaseConverter))]
    public JobPhase? Phase { get; init; }

    /// <summary>When this was so (UTC).</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>In order: the first one is the one that counts.</summary>
    public required IReadOnlyList<JobReason> Reasons { get; init; }

    /// <summary>Its place in line; null: it is in none.</summary>
    public JobPlace? Place { get; init; }

    /// <summary>When it will be handed out and end; of one that runs, when it will end; null: that cannot be said.</summary>
    public JobStartEstimate? Estimate { get; init; }

    /// <summary>Why that cannot be said; null: it is, or the job does not wait.</summary>
    public string? NoEstimate { get; init; }

    /// <summary>How its time was spent; null: it has not ended.</summary>
    public JobTimeSpent? Spent { get; init; }

    /// <summary>All of it, in sentences.</summary>
    public required string Text { get; init; }

    /// <summary>A line that helps, to be copied; null: none does, or the caller does not operate the queue.</summary>
    public string? Fix { get; init; }
}

/// <summary>One reason why a job waits.</summary>
public sealed record JobReason
{
    /// <summary>
    /// A word for programs: <c>scheduled</c>, <c>retry-pause</c>, <c>queue-paused</c>, <c>no-worker</c>, <c>workers-busy</c>,
    /// <c>in-line</c>, <c>store-away</c>, <c>shard-moving</c>, <c>shard-elsewhere</c>, <c>running</c>, <c>silent</c>, <c>cancelling</c> or
    /// <c>ended</c>; there may be more.
    /// </summary>
    public required string Code { get; init; }

    /// <summary>A sentence for people.</summary>
    public required string Text { get; init; }

    /// <summary>What else there is to know of it, by the names of the HTTP API.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Details { get; set; } = [];
}

/// <summary>A place in line.</summary>
/// <param name="Ahead">Ready jobs that come before it, of types that are taken by whoever takes it.</param>
/// <param name="AheadOfType">Of these, of its type.</param>
/// <param name="HigherPriority">Of these, of a higher priority.</param>
public sealed record JobPlace(int Ahead, int AheadOfType, int HigherPriority);

/// <summary>
/// When a job will be handed out, by the pace of its queue, and when it will end; of one that is scheduled or pauses too, which then
/// starts when its time has come, or behind the line that it meets.
/// </summary>
/// <param name="Start">In the middle (UTC); of a job that runs, when that began.</param>
/// <param name="Earliest">One of ten is earlier; of a job that runs, its start.</param>
/// <param name="Latest">One of ten is later; of a job that runs, its start.</param>
/// <param name="Certainty">How sure the start is: <c>high</c>, <c>medium</c> or <c>low</c>.</param>
/// <param name="Basis">What it goes by, for people.</param>
public sealed record JobStartEstimate(
    DateTimeOffset Start, DateTimeOffset Earliest, DateTimeOffset Latest, string Certainty, string Basis)
{
    /// <summary>
    /// The start, and what half of the type's runs did not exceed, of those that completed lately (UTC); null: too few are known.
    /// </summary>
    public DateTimeOffset? End { get; init; }
}

/// <summary>How a job's time was spent, in seconds.</summary>
/// <param name="Waiting">Until its first attempt began.</param>
/// <param name="Running">In attempts, as far as they are kept.</param>
/// <param name="Pausing">Between attempts.</param>
public sealed record JobTimeSpent(double Waiting, double Running, double Pausing);
