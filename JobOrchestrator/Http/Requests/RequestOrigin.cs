using System.Net;

namespace JobOrchestrator.Http;

/// <summary>
/// Tells what a page in somebody's browser had sent from what was meant. Only browsers send these headers, and no page can forge them;
/// programs send none and never notice. LocalSidecar and MicroserviceX have this file too.
/// </summary>
internal static class RequestOrigin
{
    /// <summary>Every origin, or every host, where one is named.</summary>
    public const string Any = "*";

    /// <summary>
    /// Whether a page of another origin sent this: another port of this machine is another origin as well. What a person typed or keeps as
    /// a bookmark comes from none.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="allowed">Origins, such as <c>https://jobs.example.com</c>, whose pages may; <c>*</c>: all.</param>
    public static bool IsAnotherSite(HttpRequest request, IEnumerable<string> allowed)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        string origin = request.Headers.Origin.ToString();
        bool isOurs = site.Length > 0 ? site is "same-origin" or "none" : origin.Length == 0 || IsOf(origin, request.Host);
        return !isOurs && !allowed.Any(known => known == Any || known.Equals(origin, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// Whether a connection within this machine asks for a host of another name. A page whose name was made to point here (DNS rebinding)
    /// is same-origin to its browser, and could read everything.
    /// </summary>
    /// <param name="http">The exchange.</param>
    /// <param name="allowed">Names besides this machine's own; <c>*.example.com</c>: all below it, and not itself; <c>*</c>: all.</param>
    public static bool IsForeignHost(HttpContext http, IEnumerable<string> allowed)
    {
        HostString host = http.Request.Host;
        return host.HasValue
            && http.Connection.LocalIpAddress is { } address && IPAddress.IsLoopback(address)
            && !IsThisMachine(host.Host)
            && !allowed.Any(known => known == Any || IsNamed(host.Host, known));
    }

    /// <summary>As the framework's own filter reads <c>AllowedHosts</c>.</summary>
    private static bool IsNamed(string host, string known) => known.StartsWith("*.", StringComparison.Ordinal)
        ? host.Length >= known.Length && host.EndsWith(known[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(known, StringComparison.OrdinalIgnoreCase);

    private static bool IsThisMachine(string name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address));

    private static bool IsOf(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? page)
        && page.Authority.Equals(WithoutUsualPort(host, page), StringComparison.OrdinalIgnoreCase);

    /// <summary>Browsers leave out the port that belongs to the scheme; not every proxy does.</summary>
    private static string WithoutUsualPort(HostString host, Uri page) =>
        page.IsDefaultPort && host.Port == page.Port ? host.Host : host.ToUriComponent();
}
