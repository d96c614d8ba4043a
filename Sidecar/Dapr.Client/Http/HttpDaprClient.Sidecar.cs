using System.Text;
using System.Text.Json;

namespace Dapr.Client.Http;

internal sealed partial class HttpDaprClient
{
    private const string Secret = "Secret operation";
    private const string Metadata = "Metadata operation";

    private static readonly TimeSpan HealthInterval = TimeSpan.FromMilliseconds(500);

    public override async Task<Dictionary<string, string>> GetSecretAsync(
        string storeName,
        string key,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        var url = new SidecarUrl(_base, "/v1.0/secrets").Segment(storeName).Segment(key).Metadata(metadata);
        return await GetJsonAsync<Dictionary<string, string>>(Secret, url, cancellationToken) ?? [];
    }

    public override async Task<Dictionary<string, Dictionary<string, string>>> GetBulkSecretAsync(
        string storeName,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        var url = new SidecarUrl(_base, "/v1.0/secrets").Segment(storeName).Segment("bulk").Metadata(metadata);
        return await GetJsonAsync<Dictionary<string, Dictionary<string, string>>>(Secret, url, cancellationToken) ?? [];
    }

    public override Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default) =>
        IsHealthyAsync("/v1.0/healthz", cancellationToken);

    public override Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default) =>
        IsHealthyAsync("/v1.0/healthz/outbound", cancellationToken);

    public override async Task WaitForSidecarAsync(CancellationToken cancellationToken = default)
    {
        while (!await CheckOutboundHealthAsync(cancellationToken))
            await Task.Delay(HealthInterval, cancellationToken);
    }

    public override Task ShutdownSidecarAsync(CancellationToken cancellationToken = default) =>
        SendAndForgetAsync(
            "Shutdown operation",
            Request(HttpMethod.Post, new SidecarUrl(_base, "/v1.0/shutdown").ToUri()),
            cancellationToken);

    public override async Task<DaprMetadata> GetMetadataAsync(CancellationToken cancellationToken = default)
    {
        var answer = await GetJsonAsync<MetadataAnswer>(Metadata, new SidecarUrl(_base, "/v1.0/metadata"), cancellationToken);
        return new DaprMetadata(
            answer?.Id ?? "",
            [.. (answer?.ActorRuntime?.ActiveActors ?? answer?.Actors ?? []).Select(actor => new DaprActorMetadata(actor.Type, actor.Count))],
            answer?.Extended ?? [],
            [.. (answer?.Components ?? []).Select(component => new DaprComponentsMetadata(
                component.Name, component.Type, component.Version ?? "", component.Capabilities ?? []))]);
    }

    public override Task SetMetadataAsync(string attributeName, string attributeValue, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(attributeName);
        var url = new SidecarUrl(_base, "/v1.0/metadata").Segment(attributeName);
        var content = new StringContent(attributeValue ?? "", Encoding.UTF8, "text/plain");
        return SendAndForgetAsync(Metadata, Request(HttpMethod.Put, url.ToUri(), content), cancellationToken);
    }

    private async Task<bool> IsHealthyAsync(string path, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, new SidecarUrl(_base, path).ToUri());
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<TAnswer?> GetJsonAsync<TAnswer>(string operation, SidecarUrl url, CancellationToken cancellationToken)
        where TAnswer : class
    {
        using var request = Request(HttpMethod.Get, url.ToUri());
        using var response = await SendAsync(operation, request, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw await RefusedAsync(operation, response, cancellationToken);
        if (IsAbsent(response))
            return null;

        using var body = await BodyAsync(operation, response, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<TAnswer>(body.Span, JsonSerializerOptions.Web);
        }
        catch (JsonException exception)
        {
            throw new DaprException($"{operation} failed: the answer cannot be understood.", exception);
        }
    }

    private sealed record MetadataAnswer(
        string? Id, List<Actor>? Actors, ActorRuntimeAnswer? ActorRuntime, Dictionary<string, string>? Extended, List<Component>? Components);

    private sealed record ActorRuntimeAnswer(List<Actor>? ActiveActors);

    private sealed record Actor(string Type, int Count);

    private sealed record Component(string Name, string Type, string? Version, string[]? Capabilities);
}
