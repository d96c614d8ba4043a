namespace JobOrchestrator.Doors;

/// <summary>
/// What a door takes as a name that is all of the path: not the addresses that probes, scrapers and browsers ask of every server, which
/// would take a door's answer for the service's own. Files have dots, and a door's names have none.
/// </summary>
internal sealed class NoMachinesAddress : IRouteConstraint
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "health", "healthz", "livez", "readyz", "live", "ready", "ping", "status", "metrics",
    };

    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values[routeKey] is string name && !Names.Contains(name) && !name.Contains('.', StringComparison.Ordinal);
}
