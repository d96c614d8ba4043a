using JobOrchestrator.Dashboard.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Dashboard.Acts;

/// <summary>
/// How a person wants the pages: kept in that person's browser, so it is theirs to set where nothing else may be changed.
/// </summary>
internal static class SettingsChanges
{
    private static readonly (string Field, string Cookie)[] Fields =
    [
        ("theme", Preferences.ThemeCookie),
        ("density", Preferences.DensityCookie),
        ("keys", Preferences.KeysCookie),
        ("zone", Preferences.ZoneCookie),
    ];

    public static void MapSettingsChanges(this IEndpointRouteBuilder routes)
    {
        routes.MapChange("/ui/do/theme", http => SetAsync(http, (view, _) =>
            Keep(http, Preferences.ThemeCookie, view.Preferences.Theme == "dark" ? "light" : "dark")));
        routes.MapChange("/ui/do/settings", http => SetAsync(http, (_, form) =>
        {
            foreach ((string field, string cookie) in Fields)
            {
                if (form[field] is [{ Length: < 64 } said])
                {
                    Keep(http, cookie, said);
                }
            }
        }));
    }

    private static async Task SetAsync(HttpContext http, Action<View, IFormCollection> set)
    {
        View view = http.RequestServices.GetRequiredService<View>();
        IFormCollection form = await Change.FormAsync(http) ?? FormCollection.Empty;
        view.ComeFrom(form["back"]);
        set(view, form);
        Change.Go(http, view, view.Back);
    }

    /// <summary>For a year; an empty one is taken back.</summary>
    private static void Keep(HttpContext http, string cookie, string value)
    {
        var how = new CookieOptions
        {
            Path = "/",
            SameSite = SameSiteMode.Lax,
            HttpOnly = true,
            Secure = http.Request.IsHttps,
            MaxAge = TimeSpan.FromDays(365),
        };
        if (value.Length == 0)
        {
            http.Response.Cookies.Delete(cookie, how);
        }
        else
        {
            http.Response.Cookies.Append(cookie, value, how);
        }
    }
}
