using System.Net;
using System.Text.Json;

namespace Dapr.Client.Http;

internal sealed partial class HttpDaprClient
{
    private const string State = "State operation";

    public override async Task<TValue> GetStateAsync<TValue>(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default) =>
        (await GetStateAndETagAsync<TValue>(storeName, key, consistencyMode, metadata, cancellationToken)).value;

    public override async Task<(TValue value, string etag)> GetStateAndETagAsync<TValue>(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        using var response = await GetAsync(storeName, key, consistencyMode, metadata, cancellationToken);
        if (IsAbsent(response))
            return (default!, "");

        using var body = await BodyAsync(State, response, cancellationToken);
        try
        {
            return (JsonSerializer.Deserialize<TValue>(body.Span, JsonSerializerOptions)!, ETagOf(response));
        }
        catch (JsonException exception)
        {
            throw new DaprException($"{State} failed: the value of '{key}' is not a {typeof(TValue).Name}.", exception);
        }
    }

    public override async Task<ReadOnlyMemory<byte>> GetByteStateAsync(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default) =>
        (await GetByteStateAndETagAsync(storeName, key, consistencyMode, metadata, cancellationToken)).Item1;

    public override async Task<(ReadOnlyMemory<byte>, string etag)> GetByteStateAndETagAsync(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        using var response = await GetAsync(storeName, key, consistencyMode, metadata, cancellationToken);
        if (IsAbsent(response))
            return (default, "");

        using var body = await BodyAsync(State, response, cancellationToken);
        return (body.Span.ToArray(), ETagOf(response));
    }

    public override async Task<IReadOnlyList<BulkStateItem>> GetBulkStateAsync(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        using var body = await GetBulkAsync(storeName, keys, parallelism, metadata, cancellationToken);
        return BulkState.Read(body.Span, keys.Count, BulkState.Text);
    }

    public override async Task<IReadOnlyList<BulkStateItem<TValue>>> GetBulkStateAsync<TValue>(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        using var body = await GetBulkAsync(storeName, keys, parallelism, metadata, cancellationToken);
        return BulkState.Read(body.Span, keys.Count, BulkState.Typed<TValue>(JsonSerializerOptions));
    }

    public override async Task DeleteStateAsync(
        string storeName,
        string key,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default) =>
        await DeleteAsync(storeName, key, etag: null, stateOptions, metadata, cancellationToken);

    public override Task<bool> TryDeleteStateAsync(
        string storeName,
        string key,
        string etag,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(etag);
        return DeleteAsync(storeName, key, etag, stateOptions, metadata, cancellationToken);
    }

    public override async Task ExecuteStateTransactionAsync(
        string storeName,
        IReadOnlyList<StateTransactionRequest> operations,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentNullException.ThrowIfNull(operations);
        if (operations.Count == 0)
            throw new ArgumentException("A transaction needs an operation.", nameof(operations));

        using var body = StateBody.Transaction(operations, metadata);
        var uri = new SidecarUrl(_base, "/v1.0/state").Segment(storeName).Segment("transaction").ToUri();
        await SendAndForgetAsync(State, Request(HttpMethod.Post, uri, JsonBody(body)), cancellationToken);
    }

    private async Task<HttpResponseMessage> GetAsync(
        string storeName,
        string key,
        ConsistencyMode? consistency,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        var uri = Key(storeName, key).Consistency(consistency).Metadata(metadata).ToUri();
        using var request = Request(HttpMethod.Get, uri);
        var response = await SendAsync(State, request, cancellationToken);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await RefusedAsync(State, response, cancellationToken);
    }

    private async Task<PooledBuffer> GetBulkAsync(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count == 0)
            throw new ArgumentException("A bulk read needs a key.", nameof(keys));

        using var body = StateBody.Keys(keys, parallelism);
        var uri = new SidecarUrl(_base, "/v1.0/state").Segment(storeName).Segment("bulk").Metadata(metadata).ToUri();
        using var request = Request(HttpMethod.Post, uri, JsonBody(body));
        using var response = await SendAsync(State, request, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw await RefusedAsync(State, response, cancellationToken);
        return await BodyAsync(State, response, cancellationToken);
    }

    private async Task<bool> DeleteAsync(
        string storeName,
        string key,
        string? etag,
        StateOptions? options,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        var uri = Key(storeName, key)
            .Concurrency(options?.Concurrency)
            .Consistency(options?.Consistency)
            .Metadata(metadata)
            .ToUri();
        using var request = Request(HttpMethod.Delete, uri);
        if (etag is not null)
            request.Headers.TryAddWithoutValidation("If-Match", etag);
        return await TryAsync(request, etag, cancellationToken);
    }

    /// <summary>Sends a write; with an ETag a conflict is false, without one it is a failure like any other.</summary>
    private async Task<bool> TryAsync(HttpRequestMessage request, string? etag, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(State, request, cancellationToken);
        if (response.IsSuccessStatusCode)
            return true;
        if (etag is not null && response.StatusCode is HttpStatusCode.Conflict)
            return false;
        throw await RefusedAsync(State, response, cancellationToken);
    }

    private SidecarUrl Key(string storeName, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        return new SidecarUrl(_base, "/v1.0/state").Segment(storeName).Segment(key);
    }
}
