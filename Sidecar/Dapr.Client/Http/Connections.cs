namespace Dapr.Client.Http;

/// <summary>Connections to a sidecar: no proxy, no cookies, no redirects followed, kept as long as the sidecar keeps them.</summary>
internal static class Connections
{
    public static SocketsHttpHandler Create() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        // A sidecar that cannot be connected to in this time is down for the caller, who has a retry of its own.
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };
}
