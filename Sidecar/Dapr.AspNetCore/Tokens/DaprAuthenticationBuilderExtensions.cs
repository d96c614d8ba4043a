using Dapr;
using Dapr.AspNetCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Authentication;

/// <summary>Recognises the sidecar's calls by their token.</summary>
public static class DaprAuthenticationBuilderExtensions
{
    /// <summary>Adds the scheme <c>Dapr</c>: <c>dapr-api-token</c> must be APP_API_TOKEN (configuration, else environment).</summary>
    public static AuthenticationBuilder AddDapr(this AuthenticationBuilder builder) => builder.AddDapr(configureOptions: null);

    /// <summary>Adds the scheme <c>Dapr</c> with options, which have the last word.</summary>
    public static AuthenticationBuilder AddDapr(this AuthenticationBuilder builder, Action<DaprAuthenticationOptions>? configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        const string scheme = DaprAuthenticationOptions.DefaultScheme;
        builder.Services.AddOptions<DaprAuthenticationOptions>(scheme)
            .Configure<IServiceProvider>((options, services) =>
                options.Token = DaprDefaults.AppApiToken(services.GetService<IConfiguration>()));
        return builder.AddScheme<DaprAuthenticationOptions, DaprAuthenticationHandler>(scheme, configureOptions);
    }
}
