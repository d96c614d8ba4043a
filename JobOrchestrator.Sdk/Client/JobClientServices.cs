using JobOrchestrator.Sdk;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the caller's side.</summary>
public static class JobClientServices
{
    /// <summary>
    /// Adds <see cref="JobClient"/>. Its settings come from the configuration section <c>JobOrchestrator</c>, then from
    /// <paramref name="configure"/>; its HTTP client is the factory's named <see cref="JobClient.HttpClientName"/>.
    /// May be called more than once.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes the settings.</param>
    public static IServiceCollection AddJobClient(this IServiceCollection services, Action<JobClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.All(service => service.ServiceType != typeof(JobApi)))
        {
            AddOnce(services);
        }

        // After what the configuration says: code has the last word.
        return configure is null ? services : services.Configure(configure);
    }

    private static void AddOnce(IServiceCollection services)
    {
        services.AddSingleton<IConfigureOptions<JobClientOptions>, SettingsFromConfiguration>();
        services.AddOptions<JobClientOptions>()
            .Validate(options => OrchestratorAddress.IsUsable(options.Address), OrchestratorAddress.Refusal)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<JobClientOptions>, JobClientTimes>();
#pragma warning disable RS0030 // The factory makes no other, and applications know it; production's clock.
        services.AddHttpClient(JobClient.HttpClientName, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(JobClient.NewHandler)
            .RemoveAllLoggers();
        services.TryAddSingleton(TimeProvider.System);
#pragma warning restore RS0030
        services.TryAddSingleton<JobTypes>();
        services.AddSingleton(NewApi);
        services.AddSingleton(provider => new JobClient(provider.GetRequiredService<JobApi>(), provider.GetRequiredService<JobTypes>()));
    }

    private static JobApi NewApi(IServiceProvider provider)
    {
        IHttpClientFactory factory = provider.GetRequiredService<IHttpClientFactory>();
        return new JobApi(
            () => factory.CreateClient(JobClient.HttpClientName),
            provider.GetRequiredService<IOptions<JobClientOptions>>().Value,
            provider.GetService<IConfiguration>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<JobApi>>());
    }

    /// <summary>Configuration is optional in a container, unlike with BindConfiguration.</summary>
    private sealed class SettingsFromConfiguration(IServiceProvider provider) : IConfigureOptions<JobClientOptions>
    {
        public void Configure(JobClientOptions options) =>
            provider.GetService<IConfiguration>()?.GetSection(JobClientOptions.Section).Bind(options);
    }
}
