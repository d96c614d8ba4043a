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

    public Task InvokeAsync(HttpContext http) => RequestOrigin.IsForeignHost(http, _hosts)
        ? Problems.SendAsync(http, Problems.ForeignHost(http.Request.Host.Host))
        : next(http);
}
