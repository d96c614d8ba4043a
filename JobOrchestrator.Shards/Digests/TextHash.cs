using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// A number for a text of a job, stored in pages: the same in every version and on every machine. Whoever makes two texts that share one
/// makes his own searches slower, and nothing else.
/// </summary>
internal static class TextHash
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The hash of a text.</summary>
    /// <param name="kind">What it is of the job.</param>
    /// <param name="text">The text.</param>
    public static ulong Of(DigestText kind, ReadOnlySpan<char> text) => Mixed(Add(Add(Offset, (char)kind), text));

    /// <summary>The hash of a label.</summary>
    public static ulong OfLabel(string key, string value) =>
        Mixed(Add(Add(Add(Add(Offset, (char)DigestText.Label), key), '\0'), value));

    /// <summary>The hashes of all texts of a job by which few are found.</summary>
    public static IEnumerable<ulong> AllOf(Job job)
    {
        if (job.ExternalId is { } external)
        {
            yield return Of(DigestText.External, external);
        }

        if (job.UniqueKey is { } unique)
        {
            yield return Of(DigestText.Key, unique);
        }

        if (job.IdempotencyKey is { } idempotency)
        {
            yield return Of(DigestText.Key, idempotency);
        }

        if (job.Lease is { } lease)
        {
            yield return Of(DigestText.Worker, lease.Worker);
        }

        string? last = null;
        foreach (Attempt attempt in job.Attempts)
        {
            if (attempt.Worker != last)
            {
                last = attempt.Worker;
                yield return Of(DigestText.Worker, last);
            }
        }

        foreach ((string key, string value) in job.Labels.All)
        {
            yield return OfLabel(key, value);
        }

        if (job.RetryOf is { } retried)
        {
            yield return Of(DigestText.RetryOf, retried.ToString());
        }

        if (job.TraceId is { } trace)
        {
            yield return Of(DigestText.Trace, trace);
        }
    }

    private static ulong Add(ulong hash, char character) => (hash ^ character) * Prime;

    private static ulong Add(ulong hash, ReadOnlySpan<char> text)
    {
        foreach (char character in text)
        {
            hash = (hash ^ character) * Prime;
        }

        return hash;
    }

    /// <summary>All bits depend on all: FNV's low ones would not.</summary>
    private static ulong Mixed(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccd;
        hash ^= hash >> 33;
        hash *= 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}

/// <summary>Texts of a job by which few are found. Stored: numbers are never given anew.</summary>
internal enum DigestText
{
    /// <summary>Its externalId.</summary>
    External = 1,

    /// <summary>Its unique key or its idempotency key.</summary>
    Key = 2,

    /// <summary>Who ran one of its attempts.</summary>
    Worker = 3,

    /// <summary>A label with its key.</summary>
    Label = 4,

    /// <summary>The job that it runs again.</summary>
    RetryOf = 5,

    /// <summary>The trace that submitted it.</summary>
    Trace = 6,
}

/// <summary>Names of a job of which a page has few.</summary>
internal enum DigestName
{
    /// <summary>Its queue.</summary>
    Queue = 1,

    /// <summary>Its type.</summary>
    Type = 2,

    /// <summary>Its owner.</summary>
    Owner = 3,

    /// <summary>Its error's type.</summary>
    Error = 4,
}
