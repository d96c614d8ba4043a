namespace JobOrchestrator.Hosting;

/// <summary>Runs a loop inside the service: whatever runs until it is stopped is a plain method, and this is the host around it.</summary>
/// <param name="run">The loop.</param>
internal sealed class LoopService(Func<CancellationToken, Task> run) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => run(stoppingToken);
}
