using JobOrchestrator.Dashboard.Acts;
using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Finding;
using JobOrchestrator.Dashboard.Hosting;
using JobOrchestrator.Dashboard.Pages;
using JobOrchestrator.Dashboard.Plots;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Dashboard.Values;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Dashboard;

/// <summary>The pages for people, at <c>/ui</c>: they ask the API as any program does, and need nothing else of the service.</summary>
public static class DashboardFeature
{
    /// <summary>Adds what the pages are made with. Whoever hosts them binds <see cref="UiOptions"/>.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<IValidateOptions<UiOptions>, UiOptionsValidator>();
        services.AddSingleton<IValidateOptions<UiOptions>, UiAddresses>();
        services.AddResponseCompression(static options => options.MimeTypes = ["text/html"]);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Assets>();
        services.AddSingleton<ApiAddress>();
        services.AddSingleton<Api>();
        services.AddSingleton<SignInTries>();
        services.AddScoped<Exchange>();
        services.AddScoped<View>();
        services.AddScoped(provider => new Needs(provider.GetRequiredService<View>()));
        return services;
    }

    /// <summary>
    /// Has addresses with <c>Ui:PathBase</c> in front mean those without, and packs pages; on HTTPS that is left to whoever knows what
    /// else is sent beside what is secret. Comes before routing.
    /// </summary>
    public static IApplicationBuilder UseDashboard(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        string prefix = app.ApplicationServices.GetRequiredService<IOptions<UiOptions>>().Value.PathBase;
        app = prefix.Length > 0 ? app.UsePathBase(prefix) : app;
        return app.UseWhen(
            static http => http.Request.Path == "/" || http.Request.Path.StartsWithSegments("/ui"),
            static pages => pages.UseResponseCompression());
    }

    /// <summary>Maps the pages, where they are switched on.</summary>
    public static IEndpointRouteBuilder MapDashboard(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        if (!routes.ServiceProvider.GetRequiredService<IOptions<UiOptions>>().Value.Enabled)
        {
            return routes;
        }

        routes.MapPages();
        routes.MapRead("/ui/go", GoBox.GoAsync);
        routes.MapRead("/ui/live/jobs/{id}", JobWake.SendAsync);
        foreach (string value in JobValue.Names)
        {
            routes.MapRead($"/ui/jobs/{{id}}/{value}", ValueAnswer.SendAsync);
        }

        routes.MapRead("/ui/_/{version}/{name}", http => http.RequestServices.GetRequiredService<Assets>().SendAsync(
            http, (string)http.Request.RouteValues["version"]!, (string)http.Request.RouteValues["name"]!));
        // The page for what is not there would answer a GET of a change.
        routes.MapRead("/ui/do/{**rest}", UiRoutes.OnlyByPostAsync);
        routes.MapJobChanges();
        routes.MapManyChanges();
        routes.MapQueueChanges();
        routes.MapStartJob();
        routes.MapSettingsChanges();
        routes.MapSignIn();
        return routes;
    }

    private static void MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(
            "/ui",
            typeof(OverviewPage),
            ("needs", typeof(OverviewNeedsPart)),
            ("queues", typeof(OverviewQueuesPart)),
            ("plots", typeof(OverviewPlotsPart)),
            ("actions", typeof(ActionsPart)),
            ("latest", typeof(LatestPart)));
        routes.MapPage("/ui/jobs", typeof(JobsPage), view => FilterForm.Instead(view) ?? GoBox.Instead(view), ("jobs", typeof(JobsPart)));
        routes.MapRead("/ui/jobs.csv", JobsFile.SendAsync);
        routes.MapRead("/ui/jobs.json", JobsFile.SendAsync);
        foreach (StatsPlot plot in StatsPlot.All)
        {
            routes.MapRead($"/ui/plots/{plot.Name}.csv", http => PlotFile.SendAsync(http, plot, isJson: false));
            routes.MapRead($"/ui/plots/{plot.Name}.json", http => PlotFile.SendAsync(http, plot, isJson: true));
        }

        routes.MapPage("/ui/errors", typeof(ErrorsPage), ("errors", typeof(ErrorsPart)));
        routes.MapPage("/ui/workers", typeof(WorkersPage), ("workers", typeof(WorkersPart)));
        routes.MapPage("/ui/replicas", typeof(ReplicasPage), ("replicas", typeof(ReplicasPart)), ("accounts", typeof(AccountsPart)));
        routes.MapPage("/ui/owners", typeof(OwnersPage), ("owners", typeof(OwnersPart)));
        routes.MapPage("/ui/bulk", typeof(ChosenPage), Chosen.Instead);
        foreach (BulkAct act in BulkAct.All)
        {
            routes.MapPage($"/ui/bulk/{act.Name}", typeof(BulkPage));
        }

        routes.MapPage("/ui/actions", typeof(ActionsPage), ("actions", typeof(AllActionsPart)));
        routes.MapPage("/ui/actions/{id}", typeof(ActionPage));
        routes.MapRead("/ui/rail", http => Html.SendPartAsync(http, typeof(RailPart)));
        routes.MapRead("/ui/suggest", Suggest.SendAsync);
        routes.MapPage(
            "/ui/jobs/{id}", typeof(JobPage), ("job", typeof(JobPart)), ("values", typeof(ValuesPart)), ("events", typeof(JobEventsPart)));
        routes.MapPage("/ui/jobs/{id}/cancel", typeof(ConfirmJob));
        routes.MapPage("/ui/jobs/{id}/purge", typeof(ConfirmJob));
        routes.MapPage("/ui/jobs/{id}/move", typeof(ConfirmJob));
        routes.MapPage("/ui/jobs/{id}/label", typeof(ConfirmJob));
        routes.MapPage("/ui/queues", typeof(QueuesPage), ("queues", typeof(QueuesPart)));
        routes.MapPage(
            "/ui/queues/{queue}",
            typeof(QueuePage),
            ("queue", typeof(QueuePart)),
            ("plots", typeof(QueuePlotsPart)),
            ("errors", typeof(QueueErrorsPart)),
            ("workers", typeof(QueueWorkersPart)),
            ("failed", typeof(QueueFailedPart)));
        routes.MapPage("/ui/queues/{queue}/pause", typeof(PausePage));
        routes.MapPage("/ui/queues/{queue}/events", typeof(QueueEventsPage));
        routes.MapPage("/ui/new", typeof(NewPage));
        routes.MapPage("/ui/settings", typeof(SettingsPage));
        routes.MapPage("/ui/sign-in", typeof(SignInPage));
        routes.MapPage("/ui/help", typeof(HelpPage));
        routes.MapRead("/ui/{**rest}", http => Html.SendPageAsync(http, typeof(MissingPage), StatusCodes.Status404NotFound));
    }
}
