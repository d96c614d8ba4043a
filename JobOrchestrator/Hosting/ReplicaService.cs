using System.Reflection;
using JobOrchestrator.Shards;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>Runs the replica inside the service, and tells it when the HTTP server is up.</summary>
internal sealed partial class ReplicaService(
    Replica replica,
    Loops loops,
    ReplicaIdentity identity,
    IOptions<StoreOptions> store,
    IOptions<EventOptions> events,
    ILogger<ReplicaService> logger) : BackgroundService, IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        LogStarting(logger, Version, identity.Id, store.Value.Name, events.Value.PubSub);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        replica.BeginAnswering();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.KeepAsync("replica", replica.RunAsync, stoppingToken);

    // Without the commit behind the plus sign.
    private static string Version => typeof(ReplicaService).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "of no version";

    [LoggerMessage(
        70, LogLevel.Information, "JobOrchestrator {Version} starts as replica {Replica}: state store {Store}, events by {PubSub}.")]
    private static partial void LogStarting(ILogger logger, string version, string replica, string store, string pubSub);
}
