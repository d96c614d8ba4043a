using JobOrchestrator.Core;
using JobOrchestrator.Hosting;

namespace JobOrchestrator.Http;

/// <summary>Who calls, and what that caller may see and do.</summary>
/// <param name="Owner">The only owner whose jobs the caller sees and submits; null: all.</param>
/// <param name="Queues">The queues that an owner-bound caller may work and control.</param>
internal sealed record Caller(string? Owner, IReadOnlySet<string> Queues)
{
    /// <summary>May do everything.</summary>
    public static Caller Anyone { get; } = new(null, new HashSet<string>());

    public static Caller Of(ApiKeyOptions key) => new(key.Owner, key.Queues.ToHashSet());

    /// <summary>Some jobs are hidden from this caller.</summary>
    public bool IsBound => Owner is not null;

    /// <summary>A job of its owner, or one that it may work.</summary>
    public bool MaySee(Job job) => Owner is null || job.Owner == Owner || Queues.Contains(job.Queue);

    /// <summary>Whether the caller may lease from a queue and control it.</summary>
    public bool MayWork(string queue) => Owner is null || Queues.Contains(queue);
}
