using System.Globalization;
using System.Text.Encodings.Web;
using JobOrchestrator.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace JobOrchestrator.Http;

/// <summary>
/// Tokens of the authority (<c>Api:Jwt</c>), checked by ASP.NET's own <see cref="JwtBearerHandler"/>. It is asked for a token that is
/// no key and no ticket, and for nothing else: as part of the pipeline it would look at every request.
/// </summary>
internal sealed class Tokens(IOptions<ApiOptions> options, AuthorityKeys keys, IOptionsMonitor<JwtBearerOptions> bearer)
{
    /// <summary>So much may the clocks of the authority and of this service differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>Kestrel takes heads of 32 KB in all.</summary>
    public const int LengthMax = 16 * 1024;

    private static readonly AuthenticationScheme Scheme = new(JwtBearerDefaults.AuthenticationScheme, null, typeof(JwtBearerHandler));

    /// <summary>Both ends have a key of their own: whoever can check such a signature could not make one.</summary>
    private static readonly string[] Algorithms =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private static readonly string[] Types = ["JWT", "at+jwt", "application/at+jwt"];

    /// <summary>Whether there is an authority.</summary>
    public bool AreTaken { get; } = options.Value.Jwt.IsOn;

    /// <summary>Who comes with a token.</summary>
    public async Task<TokenAnswer> FindAsync(HttpContext http, string token)
    {
        if (token.Length > LengthMax)
        {
            return new TokenAnswer.Refused($"The token is longer than {LengthMax} characters.");
        }

        if (TokenHead.Of(token) is not { } head)
        {
            return new TokenAnswer.Refused("It is no known key, and no signed JWT either.");
        }

        if (!Algorithms.Contains(head.Algorithm) || head.IsBinding)
        {
            return new TokenAnswer.Refused("The token is not signed in a way that is taken: RS, PS or ES with 256, 384 or 512.");
        }

        try
        {
            // Keys first, so that those of an hour ago do not speak for now.
            await keys.ForAsync(head.KeyId, http.RequestAborted);

            // Without a log: whoever sends tokens could fill it, and the answer says what is wrong.
            var handler = new JwtBearerHandler(bearer, NullLoggerFactory.Instance, UrlEncoder.Default);
            await handler.InitializeAsync(Scheme, http);
            AuthenticateResult result = await handler.AuthenticateAsync();
            return result.Succeeded ? Of(token) : new TokenAnswer.Refused(WhyOf(result.Failure));
        }
        catch (AuthorityAwayException)
        {
            return new TokenAnswer.Unknown();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // What reading a token throws is about the token, and it lets nobody in.
            return new TokenAnswer.Refused(WhyOf(exception));
        }
    }

    /// <summary>How the framework's handler is to check.</summary>
    public static void Check(JwtBearerOptions checks, JwtOptions jwt, AuthorityKeys keys, TimeProvider time)
    {
        checks.ConfigurationManager = keys;
        checks.MapInboundClaims = false;
        checks.SaveToken = false;
        checks.TimeProvider = time;
        checks.TokenHandlers.Clear();
        checks.TokenHandlers.Add(new JsonWebTokenHandler { MaximumTokenSizeInBytes = LengthMax, MapInboundClaims = false });
        checks.TokenValidationParameters = new TokenValidationParameters
        {
            // By the service's clock, which the framework's own check does not ask.
            LifetimeValidator = (from, to, _, _) => Lives(from, to, time.GetUtcNow()),
            ValidAlgorithms = Algorithms,
            ValidAudiences = TokenClaims.Split(jwt.Audience),
            ValidIssuers = TokenClaims.Split(jwt.Issuers),
            RequireSignedTokens = true,
            TypeValidator = static (type, _, _) => string.IsNullOrEmpty(type) || Types.Contains(type, StringComparer.OrdinalIgnoreCase)
                ? type : throw new SecurityTokenInvalidTypeException(),
        };
    }

    private static bool Lives(DateTime? from, DateTime? to, DateTimeOffset now) =>
        to is null ? throw new SecurityTokenNoExpirationException()
        : from > to ? throw new SecurityTokenInvalidLifetimeException()
        : from > (now + Skew).UtcDateTime ? throw new SecurityTokenNotYetValidException { NotBefore = from.Value }
        : to <= (now - Skew).UtcDateTime ? throw new SecurityTokenExpiredException { Expires = to.Value }
        : true;

    private TokenAnswer Of(string token)
    {
        var said = new TokenClaims(TokenHead.PayloadOf(token));
        ApiKeyOptions rights;
        try
        {
            rights = TokenRights.Of(said, options.Value);
        }
        catch (InvalidOperationException)
        {
            return new TokenAnswer.Refused("A claim of the token has half a character, which no text has.");
        }

        return new TokenAnswer.Taken(Caller.Of(rights, said.Ends, Skew, said.First("sub"), TokenRights.LackOf(rights, options.Value.Jwt)));
    }

    private static string WhyOf(Exception? failure) => failure switch
    {
        SecurityTokenExpiredException expired => $"The token ran out at {Word(expired.Expires)}.",
        SecurityTokenNotYetValidException early => $"The token is not valid before {Word(early.NotBefore)}.",
        SecurityTokenNoExpirationException => "The token has no end (exp).",
        SecurityTokenInvalidLifetimeException => "The token ends before it begins.",
        SecurityTokenInvalidAudienceException => "The token is for another audience than this service.",
        SecurityTokenInvalidIssuerException => "The token is of another issuer than the authority of this service.",
        SecurityTokenInvalidTypeException => "The token is neither an access token nor an ID token (typ).",
        SecurityTokenSignatureKeyNotFoundException => "The token is signed with a key that the authority does not have.",
        SecurityTokenInvalidAlgorithmException or SecurityTokenInvalidSignatureException =>
            "The token is not signed with the key that it names.",
        _ => "The token cannot be read.",
    };

    private static string Word(DateTime? at) => at?.ToString("u", CultureInfo.InvariantCulture) ?? "another time";
}
