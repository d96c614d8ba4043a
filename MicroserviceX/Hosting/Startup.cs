using System.Globalization;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;
using JobOrchestrator.Logs;
using MicroserviceX.Events;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace MicroserviceX.Hosting;

/// <summary>What has nothing to do with jobs: addresses, folders, settings, health.</summary>
internal static class Startup
{
    private const string DefaultAddress = "http://localhost:5278";

    /// <summary>
    /// Both loopbacks unless the settings (<c>ASPNETCORE_URLS</c>, section <c>Kestrel</c>) say otherwise: this service trusts whoever
    /// reaches it.
    /// </summary>
    /// <exception cref="AddressException">One of the addresses in the settings is none.</exception>
    public static void ListenOnLoopback(this WebApplicationBuilder builder)
    {
        Addresses.Check(builder.Configuration);
        builder.ListenUnlessSaid(DefaultAddress);
        builder.Logging.AddPlainConsole();
    }

    /// <summary>This service's own folder in <c>DATA_DIR</c>, <c>.data</c> by default.</summary>
    public static string DataFolder(this WebApplicationBuilder builder)
    {
        string root = builder.Configuration["DATA_DIR"] is { Length: > 0 } configured ? configured : ".data";
        return Path.GetFullPath(Path.Combine(builder.Environment.ContentRootPath, root, "microservice-x"));
    }

    /// <summary>How many events are shown: <c>EVENTS_KEPT</c>, from 1.</summary>
    /// <exception cref="OptionsValidationException">It is no such number.</exception>
    public static int EventsKept(this WebApplicationBuilder builder) =>
        builder.Configuration["EVENTS_KEPT"] is not { Length: > 0 } said ? EventHistory.KeptByDefault
        : int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out int kept) && kept > 0 ? kept
        : throw new OptionsValidationException(
            Options.DefaultName, typeof(EventHistory), [$"EVENTS_KEPT is '{said}'; it has to be a whole number from 1."]);

    /// <summary>
    /// Refuses what a page of another site had a browser send: changes (403), and everything under a name that is not this machine's
    /// (400; <c>AllowedHosts</c> names others).
    /// </summary>
    public static void UseCrossSiteRefusal(this WebApplication app)
    {
        string[] hosts = (app.Configuration["AllowedHosts"] ?? "").Split(
            ';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        app.Use((http, next) =>
        {
            if (RequestOrigin.IsForeignHost(http, hosts))
            {
                return Results.Text("Bad host: see AllowedHosts.\n", statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(http);
            }

            string method = http.Request.Method;
            bool reads = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
            return reads || !RequestOrigin.IsAnotherSite(http.Request, [])
                ? next(http)
                : Results.Text("A page of another origin sent this.\n", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(http);
        });
    }

    /// <summary>Unpacks bodies that came compressed; a coding that is not taken is 415, which names it.</summary>
    public static void UsePackedBodies(this WebApplication app) => app.Use((http, next) =>
        PackedBody.TryUnpack(http, out string? refused)
            ? next(http)
            : Results.Text(refused + "\n", statusCode: StatusCodes.Status415UnsupportedMediaType).ExecuteAsync(http));

    /// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it takes events.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
    }
}
