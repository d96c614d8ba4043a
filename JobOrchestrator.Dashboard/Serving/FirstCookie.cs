using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>
/// Cookies by the first of their name. A browser sends those of the longer path first, so that ours, of our prefix, stands before one of
/// the same name that something else at <c>/</c> of this host has set.
/// </summary>
internal static class FirstCookie
{
    /// <summary>A cookie's value; null: there is none of this name.</summary>
    public static string? Of(HttpRequest request, string name) =>
        CookieHeaderValue.TryParseList([.. request.Headers.Cookie.OfType<string>()], out IList<CookieHeaderValue>? all)
            && all.FirstOrDefault(cookie => cookie.Name.Equals(name, StringComparison.Ordinal)) is { } first
                ? Uri.UnescapeDataString(first.Value.ToString())
                : null;

    /// <summary>
    /// Forgets one. Below a prefix it stays there without a value, so that one at <c>/</c> does not take its place.
    /// </summary>
    public static void Drop(HttpContext http, string name, CookieOptions how)
    {
        if (how.Path == "/")
        {
            http.Response.Cookies.Delete(name, how);
        }
        else
        {
            http.Response.Cookies.Append(name, "", how);
        }
    }
}
