using JobOrchestrator.Doors;
using JobOrchestrator.Doors.Hasty;
using JobOrchestrator.Doors.Relay.V0;
using JobOrchestrator.Doors.Relay.V1;
using JobOrchestrator.Doors.Relay.V2;
using JobOrchestrator.Hosting;
using Microsoft.Extensions.Options;

namespace JobOrchestrator;

/// <summary>The doors, for the outline in Program.</summary>
internal static class DoorsFeature
{
    public static IServiceCollection AddDoors(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<DoorOptions>, DoorOptionsValidator>();
        services.AddOptions<DoorOptions>().Bind(configuration.GetSection(DoorOptions.Section)).ValidateOnStart();
        return services;
    }

    /// <summary>Maps the routes of every door that is open. Comes last: what is native has to be there to be compared with.</summary>
    /// <exception cref="RouteClashException">A route of a door would shadow another.</exception>
    public static WebApplication MapDoors(this WebApplication app)
    {
        DoorOptions options = app.Services.GetRequiredService<IOptions<DoorOptions>>().Value;
        foreach (Door door in Open(options))
        {
            door.MapRoutes(app);
        }

        IReadOnlyList<string> clashes = RouteClashes.Find(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints));
        return clashes.Count == 0 ? app : throw new RouteClashException(string.Join(Environment.NewLine, clashes));
    }

    private static IEnumerable<Door> Open(DoorOptions options)
    {
        if (options.Hasty)
        {
            yield return new HastyDoor(options);
        }

        if (options.Relay)
        {
            yield return new RelayV0(options);
            yield return new RelayV1(options);
            yield return new RelayV2(options);
        }
    }
}

/// <summary>Two routes answer the same requests; the service does not start with that.</summary>
internal sealed class RouteClashException(string message) : Exception(message);
