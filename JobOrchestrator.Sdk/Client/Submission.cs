using System.Collections.ObjectModel;

namespace JobOrchestrator.Sdk;

/// <summary>What is sent for one job: its own options over its type's definition over the client's settings.</summary>
internal static class Submission
{
    public static SubmitRequest Of(
        object input, Type declared, JobTypes types, JobOptions options, JobClientOptions client)
    {
        ArgumentNullException.ThrowIfNull(input);
        (Type contract, JobDefinition definition) = types.For(input, declared, options.Type);
        return new SubmitRequest
        {
            Owner = WholeText.Require(options.Owner ?? client.Owner, nameof(options)),
            Type = WholeText.Require(definition.Name, nameof(options)),
            Queue = WholeText.Require(options.Queue ?? definition.Queue, nameof(options)),
            Input = PayloadJson.Write(input, contract, client.Json),
            State = PayloadJson.Write(options.State, client.Json),
            ExternalId = WholeText.Require(options.ExternalId, nameof(options)),
            MaxRetries = options.MaxRetries ?? definition.MaxRetries,
            Backoff = options.Backoff ?? definition.Backoff,
            LeaseSeconds = WholeSeconds(options.Lease) ?? definition.LeaseSeconds,
            TimeLimitSeconds = WholeSeconds(options.TimeLimit) ?? definition.TimeLimitSeconds,
            RunAt = options.RunAt?.ToUniversalTime(),
            DelaySeconds = options.Delay?.TotalSeconds,
            Priority = options.Priority ?? definition.Priority,
            UniqueKey = WholeText.Require(options.UniqueKey, nameof(options)),
            UniqueSeconds = WholeSeconds(options.UniqueFor),
            Durable = options.Durable,
            Labels = LabelsOf(options.Labels),
        };
    }

    /// <summary>One of many.</summary>
    /// <exception cref="ArgumentException">It says for itself what counts for all of them.</exception>
    public static SubmitRequest InBatch(JobSubmission job, JobTypes types, JobClientOptions client) =>
        job.Options is { IdempotencyKey: not null } or { OnDuplicate: not JobDuplicate.Reject }
            ? throw new ArgumentException(
                "An idempotency key and what to do with duplicates count for all jobs of a batch: say so in JobBatchOptions.", nameof(job))
            : Of(job.Input, job.Declared, types, job.Options ?? new JobOptions(), client);

    private static IReadOnlyDictionary<string, string>? LabelsOf(IReadOnlyDictionary<string, string>? labels)
    {
        foreach ((string key, string value) in labels ?? ReadOnlyDictionary<string, string>.Empty)
        {
            WholeText.Require(key, nameof(labels));
            WholeText.Require(value, nameof(labels));
        }

        return labels is { Count: > 0 } ? labels : null;
    }

    private static int? WholeSeconds(TimeSpan? duration) => duration is { } value ? (int)Math.Ceiling(value.TotalSeconds) : null;
}
