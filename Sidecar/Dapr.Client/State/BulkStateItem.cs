namespace Dapr.Client;

/// <summary>One value of a bulk read, as JSON text.</summary>
/// <param name="key">The key.</param>
/// <param name="value">The value; empty when the key is not there.</param>
/// <param name="etag">The ETag; empty when the key is not there.</param>
public readonly struct BulkStateItem(string key, string value, string etag)
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>The JSON text; empty when the key is not there.</summary>
    public string Value { get; } = value;

    /// <summary>The ETag; empty when the key is not there.</summary>
    public string ETag { get; } = etag;
}

/// <summary>One value of a typed bulk read.</summary>
/// <typeparam name="TValue">The type of the values.</typeparam>
/// <param name="key">The key.</param>
/// <param name="value">The value; <c>default</c> when the key is not there.</param>
/// <param name="etag">The ETag; empty when the key is not there.</param>
public readonly struct BulkStateItem<TValue>(string key, TValue? value, string etag)
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>The value; <c>default</c> when the key is not there.</summary>
    public TValue? Value { get; } = value;

    /// <summary>The ETag; empty when the key is not there.</summary>
    public string ETag { get; } = etag;
}
