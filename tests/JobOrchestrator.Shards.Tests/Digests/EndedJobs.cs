using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Jobs that have ended, as they come, and what somebody looks for among them.</summary>
internal static class EndedJobs
{
    private static readonly JobStatus[] Final = [JobStatus.Completed, JobStatus.Completed, JobStatus.Failed, JobStatus.Cancelled];

    public static Job Of(long order, JobStatus status) => TestJobs.Job(order) with
    {
        Status = status,
        FinishedAt = TestJobs.Start.AddSeconds(order),
        ExpiresAt = TestJobs.Start.AddDays(7),
    };

    public static Job Random(Random dice, long order) => Of(order, Final[dice.Next(Final.Length)]) with
    {
        Spec = new JobSpec
        {
            Type = $"type-{dice.Next(4)}",
            Queue = $"queue-{dice.Next(3)}",
            Owner = dice.Next(4) is var owner and > 0 ? $"owner-{owner}" : null,
            ExternalId = dice.Next(2) == 0 ? $"order-{dice.Next(40)}" : null,
            UniqueKey = dice.Next(4) == 0 ? $"key-{dice.Next(40)}" : null,
            LeaseSeconds = 30,
        },
        IdempotencyKey = dice.Next(4) == 0 ? $"key-{dice.Next(40)}" : null,
        CreatedAt = TestJobs.Start.AddSeconds(dice.Next(600)),
        FinishedAt = TestJobs.Start.AddSeconds(600 + dice.Next(600)),
        Error = dice.Next(3) == 0 ? new JobError($"urn:error:{dice.Next(3)}", "It failed.") : null,
        Labels = RandomLabels(dice),
        Attempts =
        [
            .. Enumerable.Range(1, dice.Next(3)).Select(number => new Attempt(
                number, $"worker-{dice.Next(6)}", TestJobs.Start, $"token-{number}", TestJobs.Start, AttemptOutcome.Failed, null)),
        ],
    };

    public static JobLabels RandomLabels(Random dice) => JobLabels.Of(
        Enumerable.Range(0, 4)
            .Where(_ => dice.Next(3) == 0)
            .Select(key => KeyValuePair.Create($"label-{key}", $"{dice.Next(5)}")));

    /// <summary>A filter that says the same to a digest and of a job.</summary>
    public static JobFilter RandomFilter(Random dice) => dice.Next(9) switch
    {
        0 => new JobFilter(Final[dice.Next(Final.Length)]),
        1 => new JobFilter(Queue: $"queue-{dice.Next(4)}", Status: JobStatus.Failed),
        2 => new JobFilter(Owner: $"owner-{dice.Next(5)}", Type: $"type-{dice.Next(5)}"),
        3 => new JobFilter(
            CreatedAfter: TestJobs.Start.AddSeconds(dice.Next(-100, 600)), CreatedBefore: TestJobs.Start.AddSeconds(dice.Next(700))),
        4 => OfText(DigestText.External, $"order-{dice.Next(45)}", static (job, text) => job.ExternalId == text),
        5 => OfText(
            DigestText.Key, $"key-{dice.Next(45)}", static (job, text) => job.UniqueKey == text || job.IdempotencyKey == text),
        6 => OfText(
            DigestText.Worker,
            $"worker-{dice.Next(7)}",
            static (job, text) => job.Attempts.Any(attempt => attempt.Worker == text)),
        7 => OfLabel($"label-{dice.Next(5)}", $"{dice.Next(6)}"),
        _ => OfNoError(),
    };

    public static JobFilter OfLabel(string key, string value) => new()
    {
        Narrow = (digest, among) => digest.Narrow([TextHash.OfLabel(key, value)], among),
        Test = job => job.Labels[key] == value,
    };

    private static JobFilter OfText(DigestText kind, string text, Func<Job, string, bool> has) => new()
    {
        Narrow = (digest, among) => digest.Narrow([TextHash.Of(kind, text)], among),
        Test = job => has(job, text),
    };

    private static JobFilter OfNoError() => new()
    {
        Narrow = static (digest, among) => digest.Narrow(DigestName.Error, static name => name is null, among),
        Test = static job => job.Error is null,
    };
}
