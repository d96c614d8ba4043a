using JobOrchestrator.BuiltIn;
using JobOrchestrator.Hosting;
using JobOrchestrator.Shards;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace JobOrchestrator;

/// <summary>Work that the service does itself, for the outline in Program.</summary>
internal static class BuiltInFeature
{
    public static IServiceCollection AddBuiltIn(this IServiceCollection services)
    {
        services.AddSingleton<SimulateWorker>();
        services.TryAddSingleton<Loops>();
        services.AddSingleton<IHostedService>(provider => new LoopService(
            provider.GetRequiredService<Loops>(), "built-in worker", provider.GetRequiredService<SimulateWorker>().RunAsync));
        return services;
    }
}
