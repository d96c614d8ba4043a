using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace JobOrchestrator.Sdk;

/// <summary>What the own sidecar knows of its app.</summary>
/// <param name="AppId">The app's id.</param>
/// <param name="Subscriptions">Its subscriptions, each a pub/sub component and a topic.</param>
internal sealed record SidecarListing(string AppId, IReadOnlyList<(string PubSub, string Topic)> Subscriptions)
{
    /// <summary>Whether a topic is among them, or may be meant by a pattern.</summary>
    public bool Knows(string pubSub, string topic) =>
        Subscriptions.Any(one => one.PubSub == pubSub && (one.Topic == topic || one.Topic.AsSpan().ContainsAny("*#+>")));
}

/// <summary>Asks the own sidecar what the app is subscribed to (<c>/v1.0/metadata</c>), if it is said where it is.</summary>
internal sealed class SidecarSubscriptions(IHttpClientFactory http, IConfiguration? configuration, TimeProvider time)
{
    /// <summary>The client of the factory that asks it.</summary>
    public const string HttpClientName = "JobOrchestrator.Sdk.Sidecar";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Where it is; null when nobody says so: what listens at the usual port may be another app's.</summary>
    public Uri? Address { get; } =
        DaprSettings.Endpoint(configuration) is { } endpoint
        && Uri.TryCreate($"{endpoint.TrimEnd('/')}/", UriKind.Absolute, out Uri? address) && OrchestratorAddress.IsUsable(address)
            ? address
            : null;

    /// <summary>What it lists; null when it cannot be asked, or does not list subscriptions.</summary>
    public async Task<SidecarListing?> AskAsync(CancellationToken cancellationToken)
    {
        if (Address is null)
        {
            return null;
        }

        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using HttpMessageInvoker client = http.CreateClient(HttpClientName);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "v1.0/metadata"));
            if (DaprSettings.ApiToken(configuration) is { } token)
            {
                request.Headers.TryAddWithoutValidation("dapr-api-token", token);
            }

            using HttpResponseMessage response = await client.SendAsync(request, either.Token);
            return response.IsSuccessStatusCode ? Read(await response.Content.ReadAsByteArrayAsync(either.Token)) : null;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A sidecar that is not there yet, or something else at its place: nothing can be said.
            return null;
        }
    }

    private static SidecarListing? Read(byte[] body)
    {
        using var metadata = JsonDocument.Parse(body);
        JsonElement root = metadata.RootElement;
        string appId = root.TryGetProperty("id"u8, out JsonElement id) ? id.GetString() ?? "" : "";
        if (root.TryGetProperty("subscriptions"u8, out JsonElement subscriptions) && subscriptions.ValueKind == JsonValueKind.Array)
        {
            return new SidecarListing(
                appId,
                [.. subscriptions.EnumerateArray().Select(one => (Text(one, "pubsubname"), Text(one, "topic")))]);
        }

        // Without any it leaves the member out. One that says how it reaches the app is new enough to have listed them.
        return root.TryGetProperty("appConnectionProperties"u8, out _) ? new SidecarListing(appId, []) : null;
    }

    private static string Text(JsonElement one, string member) => one.GetProperty(member).GetString() ?? "";
}
