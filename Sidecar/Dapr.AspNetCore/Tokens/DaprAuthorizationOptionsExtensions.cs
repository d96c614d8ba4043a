using Dapr.AspNetCore;

namespace Microsoft.AspNetCore.Authorization;

/// <summary>Lets only the sidecar call an endpoint.</summary>
public static class DaprAuthorizationOptionsExtensions
{
    /// <summary>Adds a policy that asks for the scheme <c>Dapr</c>.</summary>
    public static void AddDapr(this AuthorizationOptions options, string name = "Dapr")
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AddPolicy(name, policy => policy
            .RequireAuthenticatedUser()
            .AddAuthenticationSchemes(DaprAuthenticationOptions.DefaultScheme));
    }
}
