namespace Dapr.Client;

/// <summary>One operation of a transaction.</summary>
/// <param name="key">The key.</param>
/// <param name="value">The value as JSON bytes; null for a delete.</param>
/// <param name="operationType">Write or delete.</param>
/// <param name="etag">The ETag that the stored value must have; null: any.</param>
/// <param name="metadata">Of this operation, such as <c>ttlInSeconds</c>.</param>
/// <param name="options">Concurrency and consistency.</param>
public sealed class StateTransactionRequest(
    string key,
    byte[]? value,
    StateOperationType operationType,
    string? etag = default,
    IReadOnlyDictionary<string, string>? metadata = default,
    StateOptions? options = default)
{
    /// <summary>The key.</summary>
    public string Key { get; } = key ?? throw new ArgumentNullException(nameof(key));

    /// <summary>The value as JSON bytes.</summary>
    public byte[]? Value { get; set; } = value;

    /// <summary>Write or delete.</summary>
    public StateOperationType? OperationType { get; set; } = operationType;

    /// <summary>The ETag that the stored value must have.</summary>
    public string? ETag { get; set; } = etag;

    /// <summary>Metadata of this operation.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; set; } = metadata;

    /// <summary>Concurrency and consistency.</summary>
    public StateOptions? Options { get; set; } = options;
}

/// <summary>What an operation of a transaction does.</summary>
public enum StateOperationType
{
    /// <summary>Writes the value.</summary>
    Upsert,

    /// <summary>Deletes the key.</summary>
    Delete,
}
