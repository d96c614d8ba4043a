using System.Security.Cryptography;
using System.Text;
using JobOrchestrator.Hosting;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Http;

/// <summary>Marks the endpoints that ask for an API key when there are any.</summary>
internal sealed class NeedsApiKey
{
    public static NeedsApiKey Mark { get; } = new();
}

/// <summary>Lets in who carries a known key (section <c>Api:Keys</c>). Without keys everyone is let in.</summary>
internal sealed class ApiKeys(RequestDelegate next, IOptions<ApiOptions> options)
{
    private const string Bearer = "Bearer ";

    // Hashes are of one length, so that a comparison takes the same time whatever is sent.
    private readonly (byte[] Hash, Caller Caller)[] _keys = [.. options.Value.Keys.Select(key => (HashOf(key.Key), Caller.Of(key)))];

    public Task InvokeAsync(HttpContext http)
    {
        if (_keys.Length == 0 || http.GetEndpoint()?.Metadata.GetMetadata<NeedsApiKey>() is null)
        {
            return next(http);
        }

        if (Find(Sent(http.Request)) is not { } caller)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"jobs\"";
            return Problems.SendAsync(http, new Problem(ProblemType.Unauthorized, "Send a known API key."));
        }

        http.Features.Set(caller);
        return next(http);
    }

    /// <summary>The caller of a request that has passed.</summary>
    public static Caller CallerOf(HttpContext http) => http.Features.Get<Caller>() ?? Caller.Anyone;

    private static string Sent(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : request.Headers["X-Api-Key"].ToString();
    }

    private Caller? Find(string sent)
    {
        byte[] hash = HashOf(sent);
        Caller? found = null;
        foreach ((byte[] known, Caller caller) in _keys)
        {
            // No early end: how many were compared would show in the time.
            found = CryptographicOperations.FixedTimeEquals(known, hash) ? caller : found;
        }

        return found;
    }

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
