using JobOrchestrator.Sdk;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the caller's side.</summary>
public static class JobClientServices
{
    /// <summary>
    /// Adds <see cref="JobClient"/>, also as <see cref="IJobClient"/>, and <see cref="JobOperations"/>, also as
    /// <see cref="IJobOperations"/>. Their settings come from the configuration section <c>Jobs:Client</c>, then from
    /// <paramref name="configure"/>; their HTTP client is the factory's named <see cref="JobClient.HttpClientName"/>.
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

        return configure is null ? services : services.Configure(configure);
    }

    private static void AddOnce(IServiceCollection services)
    {
        services.AddSections<JobClientOptions>(JobClientOptions.EarlierSection, JobClientOptions.Section);
        services.AddOptions<JobClientOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<JobClientOptions>, JobClientAddress>();
        services.AddSingleton<IValidateOptions<JobClientOptions>, JobClientTimes>();
        services.AddSingleton<IValidateOptions<JobClientOptions>, JobClientKey>();
#pragma warning disable RS0030 // The factory makes no other, and applications know it; production's clock.
        services.AddHttpClient(
                JobClient.HttpClientName,
                http => (http.Timeout, http.MaxResponseContentBufferSize) = (Timeout.InfiniteTimeSpan, JobApi.AnswerBytesMax))
            .ConfigurePrimaryHttpMessageHandler(
                provider => JobClient.NewHandler(provider.GetRequiredService<IOptions<JobClientOptions>>().Value))
            .AddHttpMessageHandler(static () => new ProxyNamed())
            .RemoveAllLoggers();
        services.TryAddSingleton(TimeProvider.System);
#pragma warning restore RS0030
        services.AddSingleton<IPostConfigureOptions<HttpClientFactoryOptions>, HttpClientDefaults>();
        services.AddSingleton(provider => new Constructors(services, provider.GetService<IServiceProviderIsService>()));
        services.TryAddSingleton<JobTypes>();
        services.AddSingleton(NewApi);
        services.AddSingleton(provider => new JobClient(provider.GetRequiredService<JobApi>(), provider.GetRequiredService<JobTypes>()));
        services.AddSingleton<IJobClient>(provider => provider.GetRequiredService<JobClient>());
        services.AddSingleton(provider => new JobOperations(provider.GetRequiredService<JobApi>()));
        services.AddSingleton<IJobOperations>(provider => provider.GetRequiredService<JobOperations>());
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
}
