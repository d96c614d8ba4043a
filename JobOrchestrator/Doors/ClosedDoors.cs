using JobOrchestrator.Hosting;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors;

/// <summary>Tells the clients of a door that is closed how it is opened.</summary>
internal sealed class ClosedDoors(IEnumerable<Door> doors) : IAddressHint
{
    private readonly Door[] _doors = [.. doors];

    public string? Of(HttpRequest request) =>
        Array.Find(_doors, door => door.Answers(request.Method, request.Path)) is { } closed
            ? $"It is an address of {closed.Name}'s door, which is closed: {DoorOptions.Section}:{closed.Name}=true opens it."
            : null;
}
