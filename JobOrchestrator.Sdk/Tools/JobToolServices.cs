using JobOrchestrator.Sdk;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what tools need beside <see cref="JobClient"/>.</summary>
public static class JobToolServices
{
    /// <summary>
    /// Registers <see cref="JobLeases"/>, <see cref="JobFeed"/> and <see cref="JobProbe"/>, each once, and <see cref="JobClient"/>
    /// (<c>AddJobClient</c>), with whose settings the orchestrator is found.
    /// </summary>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddJobTools(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddJobClient();
        services.TryAddSingleton(provider => new JobLeases(provider.GetRequiredService<JobApi>()));
        services.TryAddSingleton(provider => new JobFeed(provider.GetRequiredService<JobApi>()));
        services.TryAddSingleton(provider => new JobProbe(provider.GetRequiredService<JobApi>()));
        return services;
    }
}
