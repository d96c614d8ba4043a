using Microsoft.AspNetCore.Http;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>
/// Whether a form of our own was sent. Browsers say where a request comes from, and no page can forge it; who says nothing is no browser
/// with our page, and has the API. (A token in the form would need a key that all replicas share.)
/// </summary>
internal static class SameOrigin
{
    public static bool Is(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site
        ? site == "same-origin"
        : Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out Uri? origin)
            && Uri.TryCreate($"{request.Scheme}://{request.Host.ToUriComponent()}", UriKind.Absolute, out Uri? own)
            && Uri.Compare(origin, own, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
