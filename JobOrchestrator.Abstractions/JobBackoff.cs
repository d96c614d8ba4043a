using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>How the pause grows from one failed attempt to the next. In JSON the words are lower-case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobBackoffKind>))]
public enum JobBackoffKind
{
    /// <summary>Nothing is said: the orchestrator's default holds. Only for attributes; never sent.</summary>
    [JsonStringEnumMemberName("default")]
    Default = 0,

    /// <summary>Always the same pause.</summary>
    [JsonStringEnumMemberName("fixed")]
    Fixed = 1,

    /// <summary>The pause times the number of failures.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear = 2,

    /// <summary>The pause, doubled with every further failure.</summary>
    [JsonStringEnumMemberName("exponential")]
    Exponential = 3,
}

/// <summary>The pause before a failed attempt is repeated.</summary>
/// <param name="Kind">How the pause grows.</param>
/// <param name="Seconds">The first pause in seconds, 0 or more.</param>
/// <param name="MaxSeconds">No pause is longer than this; null leaves the orchestrator's cap.</param>
/// <param name="Jitter">0 to 1: each pause is moved by up to this share, up or down; null leaves the orchestrator's default.</param>
public sealed record JobBackoff(JobBackoffKind Kind, double Seconds, double? MaxSeconds = null, double? Jitter = null)
{
    /// <summary>Always the same pause.</summary>
    /// <param name="pause">The pause.</param>
    public static JobBackoff Fixed(TimeSpan pause) => new(JobBackoffKind.Fixed, pause.TotalSeconds);

    /// <summary>A pause that grows by itself with every failure: 1, 2, 3 … times <paramref name="first"/>.</summary>
    /// <param name="first">The pause after the first failure.</param>
    /// <param name="max">No pause is longer; null leaves the orchestrator's cap.</param>
    public static JobBackoff Linear(TimeSpan first, TimeSpan? max = null) =>
        new(JobBackoffKind.Linear, first.TotalSeconds, max?.TotalSeconds);

    /// <summary>A pause that doubles with every failure: 1, 2, 4 … times <paramref name="first"/>.</summary>
    /// <param name="first">The pause after the first failure.</param>
    /// <param name="max">No pause is longer; null leaves the orchestrator's cap.</param>
    /// <param name="jitter">0 to 1: how far each pause is moved, so that jobs that failed together do not return together.</param>
    public static JobBackoff Exponential(TimeSpan first, TimeSpan? max = null, double? jitter = null) =>
        new(JobBackoffKind.Exponential, first.TotalSeconds, max?.TotalSeconds, jitter);
}
