using JobOrchestrator.BuiltIn;
using JobOrchestrator.Hosting;

namespace JobOrchestrator;

/// <summary>Work that the service does itself, for the outline in Program.</summary>
internal static class BuiltInFeature
{
    public static IServiceCollection AddBuiltIn(this IServiceCollection services)
    {
        services.AddSingleton<SimulateWorker>();
        services.AddSingleton<IHostedService>(provider => new LoopService(provider.GetRequiredService<SimulateWorker>().RunAsync));
        return services;
    }
}
