using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Http;

/// <summary>
/// What every answer says to browsers: it is of the type that it names, no page may frame it, and nothing in it runs. The API's own page
/// needs its scripts and styles.
/// </summary>
internal sealed class SafeHeaders(RequestDelegate next)
{
    private static readonly StringValues Document =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly StringValues Page =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext http)
    {
        Set(http);
        return next(http);
    }

    /// <summary>Sets them; again where an answer that was begun has been cleared.</summary>
    public static void Set(HttpContext http)
    {
        IHeaderDictionary headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy =
            http.Request.Path.StartsWithSegments("/swagger", StringComparison.OrdinalIgnoreCase) ? Page : Document;
    }
}
