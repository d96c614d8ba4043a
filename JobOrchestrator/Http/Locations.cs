using System.Globalization;
using JobOrchestrator.Core;

namespace JobOrchestrator.Http;

/// <summary>Absolute addresses, as the caller reaches this service.</summary>
internal static class Locations
{
    /// <summary>Where a job is.</summary>
    public static string OfJob(HttpRequest request, JobId id) =>
        $"{request.Scheme}://{HostOf(request)}{request.PathBase.ToUriComponent()}/jobs/{id.Value}";

    /// <summary>Scheme, host and base path of the request.</summary>
    public static string Origin(HttpRequest request) =>
        $"{request.Scheme}://{HostOf(request)}{request.PathBase.ToUriComponent()}";

    private static string HostOf(HttpRequest request)
    {
        if (request.Host.HasValue)
        {
            return request.Host.ToUriComponent();
        }

        // HTTP/1.0 needs no Host; then the address that was connected to is all there is.
        ConnectionInfo connection = request.HttpContext.Connection;
        return new HostString(connection.LocalIpAddress?.ToString() ?? "localhost", connection.LocalPort).ToUriComponent();
    }
}

/// <summary>Numbers in headers.</summary>
internal static class Invariant
{
    public static string Of(long number) => number.ToString(CultureInfo.InvariantCulture);
}
