using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Sidecar;

namespace JobOrchestrator.Tests.Sidecar;

/// <summary>The service's clients of a sidecar, configured as the service configures them.</summary>
internal static class Clients
{
    public static readonly TimeSpan Patient = TimeSpan.FromSeconds(60);

    public static GrpcStateStore Store(Uri sidecar, TimeSpan? limit = null, string? token = null, string type = "state.in-memory")
    {
        IConfiguration configuration = Configuration(sidecar, token);
        return new GrpcStateStore(
            SidecarChannel.Open(configuration), SidecarChannel.Token(configuration), "jobs", limit ?? Patient, _ => Task.FromResult(type));
    }

    public static WrittenEvents Written(Uri sidecar, string? token = null)
    {
        IConfiguration configuration = Configuration(sidecar, token);
        return new WrittenEvents(SidecarChannel.Open(configuration), SidecarChannel.Token(configuration));
    }

    public static DaprEventBus Events(Uri sidecar, TimeSpan? limit = null, string? token = null) =>
        new(Written(sidecar, token), "bus", limit ?? Patient);

    public static OutboxEvent Event(string json) => new(JsonText.Of(json), JobEventKind.Created, Guid.Empty, null, "q");

    private static IConfiguration Configuration(Uri sidecar, string? token) => new ConfigurationBuilder()
        .AddInMemoryCollection([new("DAPR_GRPC_ENDPOINT", sidecar.ToString()), new("DAPR_API_TOKEN", token)])
        .Build();
}
