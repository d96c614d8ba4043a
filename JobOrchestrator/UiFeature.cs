using JobOrchestrator.Dashboard;
using JobOrchestrator.Dashboard.Hosting;
using JobOrchestrator.Hosting;

namespace JobOrchestrator;

/// <summary>The pages for people, for the outline in Program: here and nowhere else the service knows of them.</summary>
internal static class UiFeature
{
    public static IServiceCollection AddUi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<UiOptions>(configuration, UiOptions.Section);
        return services.AddDashboard();
    }
}
