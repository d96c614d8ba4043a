using JobOrchestrator.Shards;

namespace JobOrchestrator.Hosting;

/// <summary>
/// Runs a loop inside the service: whatever runs until it is stopped is a plain method, and this is the host around it. A loop that throws
/// begins again and never stops the service.
/// </summary>
/// <param name="loops">Keeps it going.</param>
/// <param name="name">What it does, for people.</param>
/// <param name="run">The loop.</param>
internal sealed class LoopService(Loops loops, string name, Func<CancellationToken, Task> run) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.KeepAsync(name, run, stoppingToken);
}
