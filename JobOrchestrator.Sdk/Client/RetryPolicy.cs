using System.Net;
using System.Net.Http.Headers;

namespace JobOrchestrator.Sdk;

/// <summary>When trying again can help, and after which pause.</summary>
internal static class RetryPolicy
{
    /// <summary>No pause grows beyond this by itself.</summary>
    public static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AskedMax = TimeSpan.FromMinutes(1);

    // RFC 8470; .NET has no name for it.
    private const int TooEarly = 425;

    // What gateways of large networks say when they have no answer: unknown error, server down, timed out, unreachable, no handshake.
    private const int GatewayFirst = 520;
    private const int GatewayLast = 530;

    /// <summary>Whether the answer says nothing of the request, and the same one may be taken later.</summary>
    public static bool IsTransient(HttpStatusCode status) => status is
        HttpStatusCode.RequestTimeout or (HttpStatusCode)TooEarly or HttpStatusCode.TooManyRequests
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
        or (>= (HttpStatusCode)GatewayFirst and <= (HttpStatusCode)GatewayLast);

    /// <summary>Whether a try that brought no answer, or a passing one, may have been carried out all the same.</summary>
    /// <param name="status">The answer's status; null when there was none.</param>
    /// <param name="failure">Why there was none; null when there was one.</param>
    public static bool MayBeDone(HttpStatusCode? status, HttpRequestError? failure) =>
        status is { } answered
            ? answered is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or (HttpStatusCode)TooEarly)
            : failure is not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);

    /// <summary>
    /// Doubles from <paramref name="first"/>, is capped, then moved by up to half either way so that callers spread out.
    /// </summary>
    /// <param name="attempt">How many tries have failed, from 1.</param>
    /// <param name="first">The first pause.</param>
    /// <param name="max">The longest pause before it is moved.</param>
    /// <param name="random">Evenly spread from 0 to 1.</param>
    public static TimeSpan Pause(int attempt, TimeSpan first, TimeSpan max, double random)
    {
        double grown = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 30)), max.TotalSeconds);
        return TimeSpan.FromSeconds(grown * (0.5 + random));
    }

    /// <summary>
    /// What the answer asks for, a minute at most: whoever says a year, or has another clock, is asked again all the same. Null when it
    /// asks for nothing or for the past.
    /// </summary>
    public static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        TimeSpan? asked = header?.Delta ?? (header?.Date - now);
        return asked > AskedMax ? AskedMax : asked > TimeSpan.Zero ? asked : null;
    }
}
