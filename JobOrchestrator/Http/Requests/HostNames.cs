using System.Net;

namespace JobOrchestrator.Http;

/// <summary>
/// Refuses who reaches the service on loopback under a name that is not this machine's. Comes before forwarded headers are believed: it is
/// the Host itself that a page cannot choose.
/// </summary>
internal sealed class HostNames(RequestDelegate next, IConfiguration configuration)
{
    /// <summary>The framework's own setting, which names hosts with semicolons; it holds for other connections too.</summary>
    private readonly string[] _hosts =
        (configuration["AllowedHosts"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // One that passed on loopback passes everywhere. Nearly all requests name the same, and to look at a name costs each of them.
    private volatile string? _passed;

    public Task InvokeAsync(HttpContext http)
    {
        string? host = http.Request.Host.Value;
        if (host is not null && host == _passed)
        {
            return next(http);
        }

        if (RequestOrigin.IsForeignHost(http, _hosts))
        {
            return Problems.SendAsync(http, Problems.ForeignHost(http.Request.Host.Host));
        }

        if (http.Connection.LocalIpAddress is { } address && IPAddress.IsLoopback(address))
        {
            _passed = host;
        }

        return next(http);
    }
}
