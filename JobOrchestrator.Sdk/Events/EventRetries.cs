using JobOrchestrator.Waiting;

namespace JobOrchestrator.Sdk;

/// <summary>Hands events on again whose handlers failed, each after its pause; see <see cref="HeldEvents"/>.</summary>
internal sealed class EventRetries(JobEventInbox inbox, HeldEvents held, TimeProvider time)
{
    // Beside each other: a slow handler holds up few.
    private const int AtOnce = 16;

    /// <summary>Goes on until told to stop; nothing else ends it.</summary>
    public Task RunAsync(CancellationToken stoppingToken) => KeepGoing.RunAsync(TurnsAsync, static _ => { }, time, stoppingToken);

    private async Task TurnsAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await held.WaitAsync(stoppingToken);
            stoppingToken.ThrowIfCancellationRequested();
            await Together.AllAsync(held.Due(AtOnce).Select(jobEvent => inbox.RetryAsync(jobEvent, stoppingToken)));
        }
    }
}
