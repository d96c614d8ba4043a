using System.Text.Json;
using Dapr.Client.Http;

namespace Dapr.Client;

/// <summary>
/// Makes a <see cref="DaprClient"/>. Starts from the environment: DAPR_HTTP_ENDPOINT, else DAPR_HTTP_PORT (3500),
/// and DAPR_API_TOKEN.
/// </summary>
public sealed class DaprClientBuilder
{
    /// <summary>Starts from the environment.</summary>
    public DaprClientBuilder()
    {
        HttpEndpoint = DaprDefaults.HttpEndpoint();
        DaprApiToken = DaprDefaults.DaprApiToken();
    }

    internal string HttpEndpoint { get; private set; }

    internal string DaprApiToken { get; private set; }

    internal JsonSerializerOptions JsonSerializerOptions { get; private set; } = new(JsonSerializerDefaults.Web);

    internal TimeSpan Timeout { get; private set; }

    /// <summary>The sidecar's HTTP address, such as <c>http://127.0.0.1:3500</c>.</summary>
    public DaprClientBuilder UseHttpEndpoint(string httpEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(httpEndpoint);
        HttpEndpoint = httpEndpoint;
        return this;
    }

    /// <summary>Accepted so that callers need not care; everything goes over HTTP here.</summary>
    public DaprClientBuilder UseGrpcEndpoint(string grpcEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(grpcEndpoint);
        return this;
    }

    /// <summary>How values are written and read; the default is <see cref="JsonSerializerDefaults.Web"/>.</summary>
    public DaprClientBuilder UseJsonSerializationOptions(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        JsonSerializerOptions = options;
        return this;
    }

    /// <summary>The token sent with every request as <c>dapr-api-token</c>; empty sends none.</summary>
    public DaprClientBuilder UseDaprApiToken(string apiToken)
    {
        DaprApiToken = apiToken ?? "";
        return this;
    }

    /// <summary>How long one call may take, 100 s unless set. Reached: <see cref="DaprException"/>.</summary>
    public DaprClientBuilder UseTimeout(TimeSpan timeout)
    {
        Timeout = timeout;
        return this;
    }

    /// <summary>Makes the client. Keep it for the life of the process: it holds the connections.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is neither http nor https.</exception>
    public DaprClient Build()
    {
        var endpoint = new Uri(HttpEndpoint);
        if (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps)
            throw new InvalidOperationException("The HTTP endpoint must use http or https.");
        return new HttpDaprClient(endpoint, DaprApiToken, JsonSerializerOptions, Timeout);
    }
}
