using System.Security.Cryptography;
using JobOrchestrator.Features.Access;
using JobOrchestrator.Features.Actions;
using JobOrchestrator.Features.Audit;
using JobOrchestrator.Features.Changes;
using JobOrchestrator.Features.Errors;
using JobOrchestrator.Features.Events;
using JobOrchestrator.Features.Jobs;
using JobOrchestrator.Features.Marks;
using JobOrchestrator.Features.Owners;
using JobOrchestrator.Features.Queues;
using JobOrchestrator.Features.Replicas;
using JobOrchestrator.Features.Search;
using JobOrchestrator.Features.Stats;
using JobOrchestrator.Features.Why;
using JobOrchestrator.Features.Workers;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using JobOrchestrator.Settings;
using JobOrchestrator.Shards;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace JobOrchestrator;

/// <summary>The HTTP API over an <see cref="IJobShards"/>, for the outline in Program.</summary>
internal static class ApiFeature
{
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidator>();
        services.AddSingleton<IValidateOptions<ApiOptions>, OriginsValidator>();
        services.AddSingleton<IValidateOptions<ApiOptions>, JwtValidator>();
        services.AddSection<ApiOptions>(
                configuration, new BoundSection(ApiOptions.Section, typeof(ApiOptions)) { Texts = ["Api:Origins"] })
            .PostConfigure(options => Origins.Complete(options.Origins, configuration["Api:Origins"]));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new Randomness(RandomNumberGenerator.Fill));
        services.AddSingleton<RequestLimits>();
        services.AddSingleton<IAnswerRoom>(provider => provider.GetRequiredService<RequestLimits>());
        services.AddSingleton<UnknownNames>();
        services.AddSingleton<Tickets>();
        services.AddTokens();
        services.AddSingleton<ActionLog>();
        services.AddSingleton<Api>();
        services.AddMarks();
        services.Configure<KestrelServerOptions>(Serve);
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<ApiOptions>>(Allow);
        services.AddOpenApiPage();
        return services;
    }

    /// <summary>An answer of 8 MB is read in ten minutes at most: by the server's own bound it could be held for ten hours.</summary>
    private static void Serve(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 16 * 1024, gracePeriod: TimeSpan.FromSeconds(10));
    }

    /// <summary>What every request passes: problem documents, forwarded headers where they are believed, browsers, API keys.</summary>
    public static WebApplication UseApi(this WebApplication app)
    {
        ApiOptions options = app.Services.GetRequiredService<IOptions<ApiOptions>>().Value;
        if (!options.Jwt.IsOn)
        {
            app.UseMiddleware<RootServices>();
        }

        app.UseMiddleware<SafeHeaders>();
        app.UseMiddleware<HostNames>();
        if (options.TrustForwardedHeaders)
        {
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All };
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
            app.UseForwardedHeaders(forwarded);
        }

        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UseMiddleware<CrossSite>();
        if (options.Origins.Count > 0)
        {
            app.UseCors();
        }

        app.UseMiddleware<ApiKeys>();
        app.UseMiddleware<PackedBodies>();
        app.UseOpenApiPage();
        return app;
    }

    /// <summary>
    /// Pages of these origins may call, and read what else only we would read of an answer's head. Without credentials: a page that has a
    /// key sends it as a header.
    /// </summary>
    private static void Allow(CorsOptions cors, IOptions<ApiOptions> api) => cors.AddDefaultPolicy(policy => policy
        .WithOrigins([.. api.Value.Origins])
        .AllowAnyHeader()
        .AllowAnyMethod()
        .SetPreflightMaxAge(TimeSpan.FromMinutes(10))
        .WithExposedHeaders([.. ResponseHeaders.Make().Keys, HeaderNames.Allow]));

    /// <summary>Every operation, and the pages of the problems.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        app.MapJobs();
        app.MapSearch();
        app.MapActions();
        app.MapWhy();
        app.MapChanges();
        app.MapWorkers();
        app.MapQueues();
        app.MapEvents();
        app.MapAudit();
        app.MapAccess();
        app.MapStats();
        app.MapErrors();
        app.MapMarks();
        app.MapOwners();
        app.MapReplicas();
        app.MapProblemPages();
        app.MapMethods("/", Routes.Reading, FrontDoor.Answer).ExcludeFromDescription();
        return app;
    }
}
