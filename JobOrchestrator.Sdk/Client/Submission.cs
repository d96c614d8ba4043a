namespace JobOrchestrator.Sdk;

/// <summary>What is sent for one job: its own options over its type's definition over the client's settings.</summary>
internal static class Submission
{
    public static SubmitRequest Of(
        object input, Type declared, JobTypes types, JobOptions options, JobClientOptions client)
    {
        (Type contract, JobDefinition definition) = types.For(input, declared, options.Type);
        return new SubmitRequest
        {
            Owner = options.Owner ?? client.Owner,
            Type = definition.Name,
            Queue = options.Queue ?? definition.Queue,
            Input = PayloadJson.Write(input, contract, client.Json),
            State = PayloadJson.Write(options.State, client.Json),
            ExternalId = options.ExternalId,
            MaxRetries = options.MaxRetries ?? definition.MaxRetries,
            Backoff = options.Backoff ?? definition.Backoff,
            LeaseSeconds = WholeSeconds(options.Lease) ?? definition.LeaseSeconds,
            TimeLimitSeconds = WholeSeconds(options.TimeLimit) ?? definition.TimeLimitSeconds,
            RunAt = options.RunAt?.ToUniversalTime(),
            DelaySeconds = options.Delay?.TotalSeconds,
            Priority = options.Priority ?? definition.Priority,
            UniqueKey = options.UniqueKey,
            UniqueSeconds = WholeSeconds(options.UniqueFor),
            Durable = options.Durable,
        };
    }

    private static int? WholeSeconds(TimeSpan? duration) => duration is { } value ? (int)Math.Ceiling(value.TotalSeconds) : null;
}
