namespace Browser;

/// <summary>
/// The browser of these tests: what CHROMIUM names, Debian's <c>chromium-headless-shell</c>, which has no windows and takes half the time,
/// or its <c>chromium</c>. None is ever fetched.
/// </summary>
internal static class Chromium
{
    /// <summary>Where it is; null: these tests are skipped.</summary>
    public static string? Path { get; } = new[]
    {
        Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium-headless-shell", "/usr/bin/chromium",
        "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    }.FirstOrDefault(File.Exists);

    /// <summary>It runs as root in a container, without a screen, and talks to nobody but the page's server.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
    [
        "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--no-first-run", "--disable-dev-shm-usage",
    ];
}

/// <summary>A fact that a browser shows.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    internal const string Reason = "needs Chromium (apt-get install chromium-headless-shell), or CHROMIUM with its path";

    public BrowserFactAttribute()
    {
        if (Chromium.Path is null)
        {
            Skip = Reason;
        }
    }
}

/// <summary>A theory that a browser shows.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        if (Chromium.Path is null)
        {
            Skip = BrowserFactAttribute.Reason;
        }
    }
}
