using JobOrchestrator.Doors;
using JobOrchestrator.Doors.Hasty;
using JobOrchestrator.Doors.Relay.V0;
using JobOrchestrator.Doors.Relay.V1;
using JobOrchestrator.Doors.Relay.V2;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;
using Microsoft.Extensions.Options;

namespace JobOrchestrator;

/// <summary>The doors, for the outline in Program.</summary>
internal static class DoorsFeature
{
    public static IServiceCollection AddDoors(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<DoorOptions>, DoorOptionsValidator>();
        services.AddSection<DoorOptions>(configuration, DoorOptions.Section);
        services.AddSingleton<IAddressHint>(provider => new ClosedDoors(
            from door in All(provider.GetRequiredService<IOptions<DoorOptions>>().Value) where !door.IsOpen select door.Door));
        return services;
    }

    /// <summary>Maps the routes of every door that is open. Comes last: what is native has to be there to be compared with.</summary>
    /// <exception cref="RouteClashException">A route of a door would shadow another.</exception>
    public static WebApplication MapDoors(this WebApplication app)
    {
        DoorOptions options = app.Services.GetRequiredService<IOptions<DoorOptions>>().Value;
        foreach ((Door door, _) in All(options).Where(door => door.IsOpen))
        {
            door.MapRoutes(app);
        }

        IReadOnlyList<string> clashes = RouteClashes.Find(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints));
        return clashes.Count == 0 ? app : throw new RouteClashException(string.Join(Environment.NewLine, clashes));
    }

    private static IEnumerable<(Door Door, bool IsOpen)> All(DoorOptions options) =>
    [
        (new HastyDoor(options), options.Hasty),
        (new RelayV0(options), options.Relay),
        (new RelayV1(options), options.Relay),
        (new RelayV2(options), options.Relay),
    ];
}

/// <summary>Two routes answer the same requests; the service does not start with that.</summary>
internal sealed class RouteClashException(string message) : Exception(message);
