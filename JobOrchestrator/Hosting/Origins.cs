namespace JobOrchestrator.Hosting;

/// <summary>
/// Origins of pages as a browser says them: scheme, host in ASCII, and a port unless it is the scheme's own. LocalSidecar has this file
/// too.
/// </summary>
internal static class Origins
{
    /// <summary>All of them.</summary>
    public const string Any = "*";

    /// <summary>Adds those of one text, and writes all as browsers do. What is no origin stays as it is, to be refused.</summary>
    public static void Complete(IList<string> origins, string? inOneText)
    {
        string[] all =
        [
            .. origins.Concat((inOneText ?? "").Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Where(origin => origin.Length > 0)
                .Select(origin => Normal(origin) ?? origin),
        ];
        origins.Clear();
        foreach (string origin in all.Distinct(StringComparer.Ordinal))
        {
            origins.Add(origin);
        }
    }

    /// <summary>The origin as browsers say it; null: it is none.</summary>
    public static string? Normal(string text)
    {
        if (text == Any)
        {
            return Any;
        }

        bool isOrigin = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && text.Contains("://", StringComparison.Ordinal)
            && uri.Scheme is "http" or "https"
            && uri is { Host.Length: > 0, UserInfo: "", PathAndQuery: "/", Fragment: "" }
            && !text.Contains('*', StringComparison.Ordinal) && !text.EndsWith('?') && !text.EndsWith('#');
        if (!isOrigin)
        {
            return null;
        }

        string host = uri!.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
    }
}
