using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>
/// What keeps a person signed in: a ticket that the API made of a key. It goes to the API as a bearer token, by these pages alone: the API
/// itself reads no cookie, so that no other site can have a browser call it.
/// </summary>
internal static class TicketCookie
{
    // The prefix has browsers refuse it where it is not secure, for all paths, and of this very host: nobody else sets one in its place.
    private const string Secure = "__Host-jobs";
    private const string Plain = "jobs";

    /// <summary>The ticket that came with a request; null: none.</summary>
    public static string? Of(HttpRequest request) =>
        request.Cookies[Name(request.HttpContext)] is { Length: > 0 } ticket ? ticket : null;

    /// <summary>Whether a ticket may go over this connection: an encrypted one, or one that does not leave the machine.</summary>
    /// <param name="http">The exchange.</param>
    /// <param name="anyway">It is set that it may over any.</param>
    public static bool MayBeKept(HttpContext http, bool anyway) =>
        anyway || http.Request.IsHttps || http.Connection.RemoteIpAddress is null || IPAddress.IsLoopback(http.Connection.RemoteIpAddress);

    /// <summary>Keeps a ticket until it runs out.</summary>
    public static void Keep(HttpContext http, string ticket, DateTimeOffset expires) =>
        http.Response.Cookies.Append(Name(http), ticket, How(http, expires));

    /// <summary>Forgets it.</summary>
    public static void Drop(HttpContext http) => http.Response.Cookies.Delete(Name(http), How(http, null));

    /// <summary>Of two installations below one host each has a name of its own, by its prefix, however that is spelt.</summary>
    private static string Name(HttpContext http)
    {
        string name = http.Request.IsHttps ? Secure : Plain;
        string prefix = http.RequestServices.GetRequiredService<View>().Base.Trim('/').ToUpperInvariant();
        return prefix.Length == 0 ? name : $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(prefix)))[..8]}";
    }

    /// <summary>Lax, not strict: who follows a link out of a chat is to stay signed in.</summary>
    private static CookieOptions How(HttpContext http, DateTimeOffset? expires) => new()
    {
        Path = "/",
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Expires = expires,
    };
}
