using Microsoft.AspNetCore.Authentication;

namespace Dapr.AspNetCore;

/// <summary>How the sidecar's calls are recognised.</summary>
public class DaprAuthenticationOptions : AuthenticationSchemeOptions
{
    internal const string DefaultScheme = "Dapr";

    /// <summary>The token that the sidecar shows; APP_API_TOKEN unless set.</summary>
    public string Token { get; set; } = DaprDefaults.AppApiToken();
}
