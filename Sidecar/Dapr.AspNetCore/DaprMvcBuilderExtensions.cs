using Dapr.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Dapr for MVC applications.</summary>
public static class DaprMvcBuilderExtensions
{
    /// <summary>Registers <see cref="DaprClient"/>, as <c>AddDaprClient</c> does.</summary>
    public static IMvcBuilder AddDapr(this IMvcBuilder builder, Action<DaprClientBuilder>? configureClient = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddDaprClient(configureClient);
        return builder;
    }
}
