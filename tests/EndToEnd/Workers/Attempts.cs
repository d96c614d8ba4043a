using JobOrchestrator.Sdk;

namespace EndToEnd.Workers;

/// <summary>What a job's document says about its attempts.</summary>
internal static class Attempts
{
    /// <summary>Each attempt in words, as "1 A LeaseLost", in the document's order.</summary>
    public static IEnumerable<string> InWords(this Job job) =>
        job.Attempts.Select(attempt => $"{attempt.Number} {attempt.Worker} {attempt.Outcome?.ToString() ?? "running"}");

    /// <summary>The attempts themselves, without the reports that came too late.</summary>
    public static IEnumerable<JobAttempt> WithoutRefusals(this Job job) =>
        job.Attempts.Where(attempt => attempt.Outcome != JobAttemptOutcome.Refused);
}
