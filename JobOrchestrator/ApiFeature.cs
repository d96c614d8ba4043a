using System.Security.Cryptography;
using JobOrchestrator.Features.Events;
using JobOrchestrator.Features.Jobs;
using JobOrchestrator.Features.Queues;
using JobOrchestrator.Features.Workers;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using JobOrchestrator.Shards;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace JobOrchestrator;

/// <summary>The HTTP API over an <see cref="IJobShards"/>, for the outline in Program.</summary>
internal static class ApiFeature
{
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidator>();
        services.AddOptions<ApiOptions>().Bind(configuration.GetSection(ApiOptions.Section)).ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new Randomness(RandomNumberGenerator.Fill));
        services.AddSingleton<Api>();
        services.AddOpenApiPage();
        return services;
    }

    /// <summary>What every request passes: problem documents, forwarded headers where they are believed, API keys.</summary>
    public static WebApplication UseApi(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<ApiOptions>>().Value.TrustForwardedHeaders)
        {
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All };
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
            app.UseForwardedHeaders(forwarded);
        }

        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UseMiddleware<ApiKeys>();
        app.UseOpenApiPage();
        return app;
    }

    /// <summary>Every operation, and the pages of the problems.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        app.MapJobs();
        app.MapWorkers();
        app.MapQueues();
        app.MapEvents();
        app.MapProblemPages();
        app.MapGet("/", static () => Results.Redirect("/swagger")).ExcludeFromDescription();
        return app;
    }
}
