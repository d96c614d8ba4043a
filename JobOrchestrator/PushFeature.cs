using Dapr;
using JobOrchestrator.Hosting;
using JobOrchestrator.Push;
using JobOrchestrator.Shards;
using JobOrchestrator.Sidecar;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace JobOrchestrator;

/// <summary>
/// Push workers, for the outline in Program. Without a push queue nothing of it is there: no subscription, no route, no loop.
/// </summary>
internal static class PushFeature
{
    public static IServiceCollection AddPush(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<PushOptions>(configuration, PushOptions.Section);
        services.AddSingleton<IValidateOptions<PushOptions>, PushOptionsValidator>();
        services.AddSingleton<SidecarToken>();
        services.AddSingleton<Reports>();
        services.AddSingleton<IWorkBus>(provider => new DaprWorkBus(
            provider.GetRequiredService<WrittenEvents>(), provider.GetRequiredService<IOptions<EventOptions>>().Value.PubSub));
        services.AddSingleton<Dispatcher>();
        services.TryAddSingleton<Loops>();
        services.AddSingleton<IHostedService>(provider => new LoopService(
            provider.GetRequiredService<Loops>(), "push", provider.GetRequiredService<Dispatcher>().RunAsync));
        return services;
    }

    /// <summary>Subscribes to what workers report.</summary>
    public static WebApplication MapPush(this WebApplication app)
    {
        PushOptions options = app.Services.GetRequiredService<IOptions<PushOptions>>().Value;
        if (options.IsOn)
        {
            Reports reports = app.Services.GetRequiredService<Reports>();
            app.MapSubscribeHandler();
            app.MapPost(Reports.Route, reports.HandleAsync)
                .WithTopic(new TopicOptions
                {
                    PubsubName = app.Services.GetRequiredService<IOptions<EventOptions>>().Value.PubSub,
                    Name = options.ReportsTopic,
                })
                .ExcludeFromDescription();
        }

        return app;
    }
}
