namespace JobOrchestrator.Sdk;

/// <summary>What became of a report.</summary>
/// <param name="Outcome">The orchestrator's word.</param>
/// <param name="SentAt">The timestamp at which the request was sent that brought it: a lease that it extends counts from then.</param>
internal sealed record ReportAnswer(ReportOutcome Outcome, long SentAt);
