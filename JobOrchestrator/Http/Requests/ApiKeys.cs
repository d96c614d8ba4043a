using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using JobOrchestrator.Hosting;
using JobOrchestrator.Shards;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Http;

/// <summary>Marks the endpoints that ask for an API key when there are any.</summary>
internal sealed class NeedsApiKey
{
    public static NeedsApiKey Mark { get; } = new();
}

/// <summary>Marks the endpoints that answer also who may do nothing.</summary>
internal sealed class ForWhoMayNothing
{
    public static ForWhoMayNothing Mark { get; } = new();
}

/// <summary>
/// Lets in who carries a known key (section <c>Api:Keys</c>), a ticket that was made of one, or a token of the authority (<c>Api:Jwt</c>).
/// Without keys and authority everyone is let in.
/// </summary>
internal sealed class ApiKeys(
    RequestDelegate next, IOptions<ApiOptions> options, Tickets tickets, Tokens tokens, ILogger<ApiKeys> logger)
{
    private const string Challenge = "Bearer realm=\"jobs\"";
    private const string Bearer = "Bearer ";

    // Hashes are of one length, so that a comparison takes the same time whatever is sent.
    private readonly (byte[] Hash, Caller Caller)[] _keys = [.. options.Value.Keys.Select(key => (HashOf(key.Key), Caller.Of(key)))];

    private readonly bool _isOpen = !options.Value.AsksWhoCalls;

    public Task InvokeAsync(HttpContext http)
    {
        if (_isOpen || http.GetEndpoint()?.Metadata.GetMetadata<NeedsApiKey>() is null)
        {
            return next(http);
        }

        string? bearer = BearerOf(http.Request);
        string why = "Send a known API key.";
        Caller? caller = Find(bearer ?? http.Request.Headers["X-Api-Key"].ToString());
        if (caller is null && bearer is not null)
        {
            if (Tickets.IsMeant(bearer))
            {
                caller = tickets.Find(bearer, out why);
            }
            else if (tokens.AreTaken)
            {
                return WithTokenAsync(http, bearer);
            }
        }

        if (caller is null)
        {
            http.Response.Headers.WWWAuthenticate = Challenge;
            return Problems.SendAsync(http, new Problem(ProblemType.Unauthorized, why));
        }

        return GoOnAsync(http, caller);
    }

    // From here on every line says whose request it is. The host's own, of its start and its end, stand outside.
    private async Task GoOnAsync(HttpContext http, Caller caller)
    {
        using IDisposable? scope = caller.Name is { } name ? logger.BeginScope(new LogScope("Caller", name)) : null;
        http.Features.Set(caller);
        await next(http);
    }

    private async Task WithTokenAsync(HttpContext http, string token)
    {
        TokenAnswer answer = http.Request.Headers.Authorization.Count == 1
            ? await tokens.FindAsync(http, token)
            : new TokenAnswer.Refused("There are several Authorization headers.");
        switch (answer)
        {
            case TokenAnswer.Taken { Caller: var caller }:
                if (caller.Lack is { } lack && http.GetEndpoint()?.Metadata.GetMetadata<ForWhoMayNothing>() is null)
                {
                    await Problems.SendAsync(http, new Problem(ProblemType.Forbidden, lack));
                    return;
                }

                await GoOnAsync(http, caller);
                return;
            case TokenAnswer.Refused { Why: var why }:
                http.Response.Headers.WWWAuthenticate = $"{Challenge}, error=\"invalid_token\", error_description=\"{why}\"";
                await Problems.SendAsync(http, new Problem(ProblemType.Unauthorized, why));
                return;
            case TokenAnswer.Unknown:
                await Problems.SendAsync(http, Problems.AuthorityAway);
                return;
            default:
                throw new UnreachableException($"No answer for {answer.GetType().Name}.");
        }
    }

    /// <summary>The caller of a request that has passed.</summary>
    public static Caller CallerOf(HttpContext http) => Caller.Of(http);

    /// <summary>What stands behind <c>Authorization: Bearer</c>; null: there is no such header.</summary>
    private static string? BearerOf(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : null;
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
