using JobOrchestrator.Shards;

namespace JobOrchestrator.Hosting;

/// <summary>Runs the replica inside the service, and tells it when the HTTP server is up.</summary>
internal sealed class ReplicaService(Replica replica, Loops loops) : BackgroundService, IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        replica.BeginAnswering();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.KeepAsync("replica", replica.RunAsync, stoppingToken);
}
