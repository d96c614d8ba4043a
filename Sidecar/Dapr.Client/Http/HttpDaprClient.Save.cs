namespace Dapr.Client.Http;

internal sealed partial class HttpDaprClient
{
    public override async Task SaveStateAsync<TValue>(
        string storeName,
        string key,
        TValue value,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        using var body = StateBody.Save(key, value, etag: null, stateOptions, metadata, JsonSerializerOptions);
        await SaveAsync(storeName, body, etag: null, cancellationToken);
    }

    public override async Task<bool> TrySaveStateAsync<TValue>(
        string storeName,
        string key,
        TValue value,
        string etag,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(etag);
        using var body = StateBody.Save(key, value, etag, stateOptions, metadata, JsonSerializerOptions);
        return await SaveAsync(storeName, body, etag, cancellationToken);
    }

    public override async Task SaveByteStateAsync(
        string storeName,
        string key,
        ReadOnlyMemory<byte> binaryValue,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        using var body = StateBody.SaveBytes(key, binaryValue.Span, etag: null, stateOptions, metadata);
        await SaveAsync(storeName, body, etag: null, cancellationToken);
    }

    public override async Task<bool> TrySaveByteStateAsync(
        string storeName,
        string key,
        ReadOnlyMemory<byte> binaryValue,
        string etag,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(etag);
        using var body = StateBody.SaveBytes(key, binaryValue.Span, etag, stateOptions, metadata);
        return await SaveAsync(storeName, body, etag, cancellationToken);
    }

    public override async Task SaveBulkStateAsync<TValue>(
        string storeName,
        IReadOnlyList<SaveStateItem<TValue>> items,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0)
            throw new ArgumentException("A bulk write needs an item.", nameof(items));
        using var body = StateBody.SaveMany(items, JsonSerializerOptions);
        await SaveAsync(storeName, body, etag: null, cancellationToken);
    }

    private async Task<bool> SaveAsync(string storeName, PooledBuffer body, string? etag, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        var uri = new SidecarUrl(_base, "/v1.0/state").Segment(storeName).ToUri();
        using var request = Request(HttpMethod.Post, uri, JsonBody(body));
        return await TryAsync(request, etag, cancellationToken);
    }
}
