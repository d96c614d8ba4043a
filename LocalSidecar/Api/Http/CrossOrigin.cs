using JobOrchestrator.Hosting;
using Microsoft.Net.Http.Headers;

namespace LocalSidecar.Api.Http;

/// <summary>
/// What pages of the allowed origins are told (CORS), as daprd tells those of its <c>--allowed-origins</c>. Without any: nothing.
/// </summary>
/// <param name="allowed">Origins as browsers say them; <c>*</c>: all.</param>
internal sealed class CrossOrigin(IReadOnlyList<string> allowed)
{
    // Seconds for which a browser need not ask again.
    private const string AskedAgainAfter = "600";

    /// <summary>Tells a page of an allowed origin that it may read the answer.</summary>
    /// <returns>True: it was only a browser's question whether a request may be sent, and is answered.</returns>
    public bool Answers(HttpContext context)
    {
        IHeaderDictionary asked = context.Request.Headers;
        string origin = asked.Origin.ToString();
        if (allowed.Count == 0 || origin.Length == 0)
        {
            return false;
        }

        IHeaderDictionary told = context.Response.Headers;
        told.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (!allowed.Contains(Origins.Any) && !allowed.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }

        told.AccessControlAllowOrigin = allowed.Contains(Origins.Any) ? Origins.Any : origin;
        if (!HttpMethods.IsOptions(context.Request.Method) || asked.AccessControlRequestMethod.Count == 0)
        {
            told.AccessControlExposeHeaders = "ETag, Traceparent, Location, Retry-After, Link";
            return false;
        }

        told.AccessControlAllowMethods = asked.AccessControlRequestMethod.ToString();
        if (asked.AccessControlRequestHeaders.Count > 0)
        {
            told.AccessControlAllowHeaders = asked.AccessControlRequestHeaders.ToString();
        }

        told.AccessControlMaxAge = AskedAgainAfter;
        Answer.Empty(context);
        return true;
    }
}
