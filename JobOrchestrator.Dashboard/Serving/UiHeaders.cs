using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>
/// What every answer of the pages says to browsers: scripts and styles are our own files, and no other site frames or reads it.
/// </summary>
internal static class UiHeaders
{
    /// <summary>No inline script or style, no <c>eval</c>, nothing foreign, not even <c>data:</c>.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
            + "base-uri 'self'; frame-ancestors 'none'";

    private static readonly StringValues PolicyValue = Policy;

    public static void Set(HttpContext http)
    {
        IHeaderDictionary headers = http.Response.Headers;
        headers.ContentSecurityPolicy = PolicyValue;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // Not no-referrer: forms would send "Origin: null".
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] =
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-read=(), clipboard-write=(self)";
        headers.CacheControl = "no-store";
    }
}
