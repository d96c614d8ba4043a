using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation.Models;

/// <summary>What a write says of others that write the same document.</summary>
internal enum Concurrency
{
    /// <summary>Nothing.</summary>
    Unsaid,

    /// <summary>Without an ETag: only if there is no document yet. Stores keep that to different degrees.</summary>
    FirstWrite,

    /// <summary>It writes over whatever there is; most stores compare a given ETag all the same.</summary>
    LastWrite,
}

/// <summary>One change that is asked of a store, with all that Dapr lets a caller say.</summary>
/// <param name="Key">The document.</param>
/// <param name="Value">Its new bytes, which nobody changes from now on; null: it is to go.</param>
/// <param name="ETag">Only if the document still has it. Null or empty: whatever it has.</param>
/// <param name="Concurrency">What it says of other writers.</param>
/// <param name="TtlSeconds">How long the document stays; zero and less: for ever; null: nothing is said of it.</param>
internal readonly record struct StoreWrite(
    string Key, byte[]? Value, string? ETag = null, Concurrency Concurrency = Concurrency.Unsaid, long? TtlSeconds = null)
{
    /// <summary>The ETag, if any was given.</summary>
    public string? GivenETag => ETag is { Length: > 0 } ? ETag : null;

    /// <summary>A save as the service's adapter sends it.</summary>
    public static StoreWrite Save(string key, byte[] value, string? etag) => new(key, value, etag, Concurrency.FirstWrite);

    /// <summary>An operation of a transaction as the service's adapter sends it.</summary>
    public static StoreWrite Of(StateOperation operation) => new(
        operation.Key,
        operation.Value,
        operation.ETag,
        operation is { ETag: null, IfAbsent: false } ? Concurrency.Unsaid : Concurrency.FirstWrite,
        operation.TtlSeconds);
}

/// <summary>What a store answers to a write. Everything but <see cref="Done"/> is a refusal for good.</summary>
internal enum WriteResult
{
    /// <summary>It is stored: HTTP 204, gRPC OK.</summary>
    Done,

    /// <summary>The ETag is not the document's: HTTP 409, gRPC ABORTED. Never the answer to a transaction.</summary>
    Conflict,

    /// <summary>The ETag is none that this store could have given: HTTP 400, gRPC INVALID_ARGUMENT.</summary>
    InvalidETag,

    /// <summary>More operations, a larger item or a larger request than is let through: HTTP 400, gRPC RESOURCE_EXHAUSTED.</summary>
    TooLarge,

    /// <summary>Where JSON is re-encoded, it is none: HTTP 400, gRPC UNKNOWN.</summary>
    NoJson,

    /// <summary>
    /// HTTP 500, gRPC INTERNAL: a transaction of which an operation was refused, or a save that this store refuses so.
    /// What a transaction has left behind nevertheless is the model's to say.
    /// </summary>
    Failed,
}
