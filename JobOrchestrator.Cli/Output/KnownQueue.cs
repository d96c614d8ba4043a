using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>A queue, with what it did lately and who asks for it.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Flow">What it did lately; null: nothing is told of it.</param>
/// <param name="Askers">Who asks for it; null: that is not known, or not for this caller.</param>
internal sealed record KnownQueue(JobQueue Queue, JobQueueFlow? Flow = null, JobQueueAskers? Askers = null);
