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

    public static Preferences Of(Func<string, string?> cookie)
    {
        string zone = cookie(ZoneCookie) ?? BrowserZone;
        return new Preferences(
            cookie(ThemeCookie) is ("light" or "dark") and { } theme ? theme : null,
            cookie(DensityCookie) == "comfortable",
            cookie(KeysCookie) != "off",
            TimeZoneInfo.TryFindSystemTimeZoneById(zone == BrowserZone ? cookie(BrowserZoneCookie) ?? "" : zone, out TimeZoneInfo? found)
                ? found
                : null);
    }
}
