using System.Net;

namespace JobOrchestrator.Sdk;

/// <summary>
/// What became of one of many jobs that were started each by itself: <see cref="Job"/> or <see cref="Problem"/> is there.
/// </summary>
/// <param name="Status">The HTTP status that submitting it alone would have had.</param>
/// <param name="Job">
/// The job: the new one, or with <see cref="JobDuplicate.Return"/> the one that holds its key; null when it was refused.
/// </param>
/// <param name="Problem">Why it was refused; null when it was not.</param>
public sealed record JobSubmissionOutcome(HttpStatusCode Status, Job? Job = null, JobProblem? Problem = null);
