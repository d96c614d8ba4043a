using Dapr;
using Dapr.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the sidecar's client.</summary>
public static class DaprServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="DaprClient"/> unless there is one. Its address and token come from the configuration keys
    /// DAPR_HTTP_ENDPOINT, DAPR_HTTP_PORT and DAPR_API_TOKEN, else from the environment, else from
    /// <paramref name="configure"/>, which has the last word.
    /// </summary>
    public static void AddDaprClient(
        this IServiceCollection services,
        Action<DaprClientBuilder>? configure = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton) =>
        Add(services, (_, builder) => configure?.Invoke(builder), lifetime);

    /// <summary>As the other overload, with the services at hand.</summary>
    public static void AddDaprClient(
        this IServiceCollection services,
        Action<IServiceProvider, DaprClientBuilder> configure,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Add(services, configure, lifetime);
    }

    private static void Add(IServiceCollection services, Action<IServiceProvider, DaprClientBuilder> configure, ServiceLifetime lifetime)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAdd(new ServiceDescriptor(
            typeof(DaprClient),
            provider =>
            {
                var configuration = provider.GetService<IConfiguration>();
                var builder = new DaprClientBuilder()
                    .UseHttpEndpoint(DaprDefaults.HttpEndpoint(configuration))
                    .UseDaprApiToken(DaprDefaults.DaprApiToken(configuration));
                configure(provider, builder);
                return builder.Build();
            },
            lifetime));
    }
}
