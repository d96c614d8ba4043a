using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>A lease, as the worker names it who holds it.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Token">The lease's token.</param>
public readonly record struct NamedLease(JobId JobId, string Token);

/// <summary>A lease of which its worker should hear.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Job">The job as committed, perhaps without its input; null: it is none that lives.</param>
public sealed record LeaseNews(NamedLease Lease, Job? Job);
