using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>This replica; configuration section <c>Replica</c>.</summary>
public sealed class ReplicaOptions
{
    /// <summary>
    /// Names the replica; a restarted one with the same id takes its own shards back at once. No two that run at the same time may have
    /// one: the first of them loses its shards, logs an error and leaves them to the other. Default: host name and port.
    /// </summary>
    public string? Id { get; set; }

    /// <summary>Seconds that a shard stays with a silent holder. Default 15.</summary>
    [Range(2, 300)]
    public int LeaseSeconds { get; set; } = 15;

    /// <summary>Seconds between two commits of an idle holder. Default 5; a third of the lease or less.</summary>
    [Range(1, 100)]
    public int RenewSeconds { get; set; } = 5;

    /// <summary>
    /// Seconds that a caller waits at most: for a store that is away, before it is told that nothing was written, and for a commit, before
    /// it is told that the outcome is unknown. Default 10.
    /// </summary>
    [Range(1, 300)]
    public int AnswerSeconds { get; set; } = 10;

    /// <summary>
    /// Commands that wait for one shard at most, and workers' reports beside them as many; beyond, callers are turned away.
    /// Default 50,000.
    /// </summary>
    [Range(100, 1_000_000)]
    public int MailboxMax { get; set; } = 50_000;
}

[OptionsValidator]
internal sealed partial class ReplicaOptionsValidator : IValidateOptions<ReplicaOptions>;
