using Microsoft.AspNetCore.Http;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>How a person wants the pages, out of cookies; what is none of the known words counts as not said.</summary>
/// <param name="Theme"><c>light</c> or <c>dark</c>; null: as the system says.</param>
/// <param name="Comfortable">Rows are further apart.</param>
/// <param name="Keys">Single keys do something.</param>
/// <param name="Zone">The zone that times are shown in; null: as set for all.</param>
internal sealed record Preferences(string? Theme, bool Comfortable, bool Keys, TimeZoneInfo? Zone)
{
    public const string ThemeCookie = "ui-theme";
    public const string DensityCookie = "ui-density";
    public const string KeysCookie = "ui-keys";

    /// <summary><c>browser</c>, or a zone's name. The script answers <c>browser</c> with <see cref="BrowserZoneCookie"/>.</summary>
    public const string ZoneCookie = "ui-zone";

    /// <summary>The browser's own zone, as its script found it.</summary>
    public const string BrowserZoneCookie = "ui-browser-zone";

    public const string BrowserZone = "browser";

    public static Preferences Of(IRequestCookieCollection cookies)
    {
        string zone = cookies[ZoneCookie] ?? BrowserZone;
        return new Preferences(
            cookies[ThemeCookie] is "light" or "dark" ? cookies[ThemeCookie] : null,
            cookies[DensityCookie] == "comfortable",
            cookies[KeysCookie] != "off",
            TimeZoneInfo.TryFindSystemTimeZoneById(zone == BrowserZone ? cookies[BrowserZoneCookie] ?? "" : zone, out TimeZoneInfo? found)
                ? found
                : null);
    }
}
