using System.ComponentModel.DataAnnotations;
using JobOrchestrator.Core;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>Limits of the jobs; configuration section <c>Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <summary>Seconds that a finished job is kept. Default one week.</summary>
    [Range(1, 10 * 365 * 86_400)]
    public int RetentionSeconds { get; set; } = 7 * 86_400;

    /// <summary>
    /// Seconds that an idempotency key is remembered, and no longer than its job: one that is forgotten (<see cref="RetentionSeconds"/>,
    /// or on request) takes its key with it. Default one hour.
    /// </summary>
    [Range(1, 7 * 86_400)]
    public int IdempotencySeconds { get; set; } = 3_600;

    /// <summary>Waiting jobs allowed in one queue; beyond, 429. Default ten million.</summary>
    [Range(1, int.MaxValue)]
    public int QueueJobsMax { get; set; } = 10_000_000;

    internal ShardSettings ToSettings() =>
        new(TimeSpan.FromSeconds(RetentionSeconds), TimeSpan.FromSeconds(IdempotencySeconds), QueueJobsMax);
}

[OptionsValidator]
internal sealed partial class JobOptionsValidator : IValidateOptions<JobOptions>;
