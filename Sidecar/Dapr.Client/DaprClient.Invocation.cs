using Dapr.Client.Http;

namespace Dapr.Client;

public abstract partial class DaprClient
{
    private const string InvokeObsolete = "Use an HTTP client made by CreateInvokeHttpClient to call other applications.";

    /// <summary>
    /// An HTTP client whose requests go to other applications: the host of a URI is the application's id.
    /// </summary>
    /// <param name="appId">When given, the base address, so that relative URIs reach this application.</param>
    /// <param name="daprEndpoint">The sidecar's HTTP address; null takes it from the environment.</param>
    /// <param name="daprApiToken">The sidecar's token; null sends none.</param>
    /// <exception cref="ArgumentException">The id cannot be a host name, or the endpoint is no http or https address.</exception>
    public static HttpClient CreateInvokeHttpClient(string? appId = null, string? daprEndpoint = null, string? daprApiToken = null)
    {
        var handler = new InvocationHandler { InnerHandler = Connections.Create(), DefaultAppId = appId, DaprApiToken = daprApiToken };
        if (daprEndpoint is not null)
            handler.DaprEndpoint = daprEndpoint;

        var client = new HttpClient(handler);
        if (appId is null)
            return client;
        try
        {
            client.BaseAddress = new Uri($"http://{appId}");
            return client;
        }
        catch (UriFormatException exception)
        {
            client.Dispose();
            throw new ArgumentException("The app id must be a valid host name.", nameof(appId), exception);
        }
    }

    /// <summary>As <see cref="CreateInvokeHttpClient"/>, with this client's endpoint and token.</summary>
    public abstract HttpClient CreateInvokableHttpClient(string? appId = null);

    /// <summary>A POST request to a method of another application.</summary>
    public HttpRequestMessage CreateInvokeMethodRequest(string appId, string methodName) =>
        CreateInvokeMethodRequest(HttpMethod.Post, appId, methodName);

    /// <summary>A POST request with a query string.</summary>
    public HttpRequestMessage CreateInvokeMethodRequest(
        string appId, string methodName, IReadOnlyCollection<KeyValuePair<string, string>> queryStringParameters) =>
        CreateInvokeMethodRequest(HttpMethod.Post, appId, methodName, queryStringParameters);

    /// <summary>A request to a method of another application.</summary>
    public abstract HttpRequestMessage CreateInvokeMethodRequest(HttpMethod httpMethod, string appId, string methodName);

    /// <summary>A request with a query string.</summary>
    public abstract HttpRequestMessage CreateInvokeMethodRequest(
        HttpMethod httpMethod, string appId, string methodName, IReadOnlyCollection<KeyValuePair<string, string>> queryStringParameters);

    /// <summary>A POST request with a JSON body.</summary>
    public HttpRequestMessage CreateInvokeMethodRequest<TRequest>(string appId, string methodName, TRequest data) =>
        CreateInvokeMethodRequest(HttpMethod.Post, appId, methodName, [], data);

    /// <summary>A request with a query string and a JSON body.</summary>
    public abstract HttpRequestMessage CreateInvokeMethodRequest<TRequest>(
        HttpMethod httpMethod,
        string appId,
        string methodName,
        IReadOnlyCollection<KeyValuePair<string, string>> queryStringParameters,
        TRequest data);

    /// <summary>Sends a request made by <c>CreateInvokeMethodRequest</c>; any status is an answer.</summary>
    /// <exception cref="InvocationException">The sidecar could not be reached.</exception>
    [Obsolete(InvokeObsolete)]
    public abstract Task<HttpResponseMessage> InvokeMethodWithResponseAsync(
        HttpRequestMessage request, CancellationToken cancellationToken = default);

    /// <summary>Sends a request; a status that is not success throws.</summary>
    /// <exception cref="InvocationException">No answer, or an error status.</exception>
    [Obsolete(InvokeObsolete)]
    public abstract Task InvokeMethodAsync(HttpRequestMessage request, CancellationToken cancellationToken = default);

    /// <summary>Sends a request and reads the JSON answer.</summary>
    /// <exception cref="InvocationException">No answer, an error status, or an answer that is not the type's JSON.</exception>
    [Obsolete(InvokeObsolete)]
    public abstract Task<TResponse> InvokeMethodAsync<TResponse>(HttpRequestMessage request, CancellationToken cancellationToken = default);

    /// <summary>POST without a body.</summary>
    [Obsolete(InvokeObsolete)]
    public Task InvokeMethodAsync(string appId, string methodName, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync(CreateInvokeMethodRequest(appId, methodName), cancellationToken);

    /// <summary>A request without a body.</summary>
    [Obsolete(InvokeObsolete)]
    public Task InvokeMethodAsync(HttpMethod httpMethod, string appId, string methodName, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync(CreateInvokeMethodRequest(httpMethod, appId, methodName), cancellationToken);

    /// <summary>POST with a JSON body.</summary>
    [Obsolete(InvokeObsolete)]
    public Task InvokeMethodAsync<TRequest>(string appId, string methodName, TRequest data, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync(CreateInvokeMethodRequest(appId, methodName, data), cancellationToken);

    /// <summary>A request with a JSON body.</summary>
    [Obsolete(InvokeObsolete)]
    public Task InvokeMethodAsync<TRequest>(
        HttpMethod httpMethod, string appId, string methodName, TRequest data, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync(CreateInvokeMethodRequest(httpMethod, appId, methodName, [], data), cancellationToken);

    /// <summary>POST without a body; the answer is JSON.</summary>
    [Obsolete(InvokeObsolete)]
    public Task<TResponse> InvokeMethodAsync<TResponse>(string appId, string methodName, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync<TResponse>(CreateInvokeMethodRequest(appId, methodName), cancellationToken);

    /// <summary>A request without a body; the answer is JSON.</summary>
    [Obsolete(InvokeObsolete)]
    public Task<TResponse> InvokeMethodAsync<TResponse>(
        HttpMethod httpMethod, string appId, string methodName, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync<TResponse>(CreateInvokeMethodRequest(httpMethod, appId, methodName), cancellationToken);

    /// <summary>POST with a JSON body; the answer is JSON.</summary>
    [Obsolete(InvokeObsolete)]
    public Task<TResponse> InvokeMethodAsync<TRequest, TResponse>(
        string appId, string methodName, TRequest data, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync<TResponse>(CreateInvokeMethodRequest(appId, methodName, data), cancellationToken);

    /// <summary>A request with a JSON body; the answer is JSON.</summary>
    [Obsolete(InvokeObsolete)]
    public Task<TResponse> InvokeMethodAsync<TRequest, TResponse>(
        HttpMethod httpMethod, string appId, string methodName, TRequest data, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync<TResponse>(CreateInvokeMethodRequest(httpMethod, appId, methodName, [], data), cancellationToken);
}
