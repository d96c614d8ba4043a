namespace Dapr.Client;

/// <summary>One value of a bulk write.</summary>
/// <typeparam name="TValue">The type of the value.</typeparam>
/// <param name="key">The key.</param>
/// <param name="value">The value.</param>
/// <param name="etag">The ETag that the stored value must have; null: any.</param>
/// <param name="stateOptions">Concurrency and consistency.</param>
/// <param name="metadata">Of this value, such as <c>ttlInSeconds</c>.</param>
public readonly struct SaveStateItem<TValue>(
    string key,
    TValue value,
    string etag,
    StateOptions? stateOptions = null,
    IReadOnlyDictionary<string, string>? metadata = null)
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>The value.</summary>
    public TValue Value { get; } = value;

    /// <summary>The ETag that the stored value must have; null: any.</summary>
    public string ETag { get; } = etag;

    /// <summary>Concurrency and consistency.</summary>
    public StateOptions? StateOptions { get; } = stateOptions;

    /// <summary>Metadata of this value.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; } = metadata;
}
