namespace Dapr.Client;

/// <summary>
/// Sends a request to another application by way of the sidecar: the host of the request's URI is the application's
/// id. All requests go to the sidecar, its token with them, so never point it at a public address.
/// </summary>
public class InvocationHandler : DelegatingHandler
{
    private Uri _endpoint = new(DaprDefaults.HttpEndpoint());

    /// <summary>The sidecar's HTTP address; the default comes from the environment.</summary>
    /// <exception cref="ArgumentException">Set to an address that is neither http nor https.</exception>
    public string DaprEndpoint
    {
        get => _endpoint.OriginalString;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            var endpoint = new Uri(value, UriKind.Absolute);
            if (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps)
                throw new ArgumentException("The address of the sidecar must be http or https.", nameof(value));
            _endpoint = endpoint;
        }
    }

    /// <summary>An application id to be used as written where a host equals it but for case: hosts are lower case.</summary>
    public string? DefaultAppId { get; set; }

    internal string? DaprApiToken { get; set; } = DaprDefaults.DaprApiToken();

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var original = request.RequestUri;
        request.RequestUri = Rewrite(original)
            ?? throw new ArgumentException($"'{original}' does not name an application.", nameof(request));
        try
        {
            if (!string.IsNullOrEmpty(DaprApiToken))
                request.Headers.TryAddWithoutValidation(DaprDefaults.TokenHeader, DaprApiToken);
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            // The caller may send the message again elsewhere, and must not find our token in it.
            request.RequestUri = original;
            request.Headers.Remove(DaprDefaults.TokenHeader);
        }
    }

    private Uri? Rewrite(Uri? uri)
    {
        if (uri is null || !uri.IsAbsoluteUri || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            return null;
        var appId = DefaultAppId is not null && uri.Host.Equals(DefaultAppId, StringComparison.OrdinalIgnoreCase) ? DefaultAppId : uri.Host;
        return new Uri(_endpoint, $"/v1.0/invoke/{appId}/method{uri.PathAndQuery}");
    }
}
