using System.Globalization;
using JobOrchestrator.Core;

namespace JobOrchestrator.Http;

/// <summary>Absolute addresses, as the caller reaches this service.</summary>
internal static class Locations
{
    /// <summary>Where a job is.</summary>
    public static string OfJob(HttpRequest request, JobId id) => $"{Origin(request)}/jobs/{id}";

    /// <summary>Scheme, host and base path of the request.</summary>
    public static string Origin(HttpRequest request)
    {
        // HTTP/1.0 needs no Host; then the address that was connected to is all there is.
        ConnectionInfo connection = request.HttpContext.Connection;
        string host = request.Host.HasValue
            ? request.Host.ToUriComponent()
            : new HostString(connection.LocalIpAddress?.ToString() ?? "localhost", connection.LocalPort).ToUriComponent();
        return $"{request.Scheme}://{host}{request.PathBase.ToUriComponent()}";
    }
}

/// <summary>Numbers in headers.</summary>
internal static class Invariant
{
    public static string Of(long number) => number.ToString(CultureInfo.InvariantCulture);
}
