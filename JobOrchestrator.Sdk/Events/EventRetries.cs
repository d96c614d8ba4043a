using JobOrchestrator.Waiting;

namespace JobOrchestrator.Sdk;

/// <summary>Hands events on again whose handlers failed, each after its pause; see <see cref="HeldEvents"/>.</summary>
internal sealed class EventRetries(JobEventInbox inbox, HeldEvents held, TimeProvider time)
{
    // Beside each other: a handler that is slow, or never ends, holds up none of the others.
    private const int AtOnce = 16;

    private readonly Slots _free = new(AtOnce);

    /// <summary>Goes on until told to stop; nothing else ends it.</summary>
    public Task RunAsync(CancellationToken stoppingToken) => KeepGoing.RunAsync(TurnsAsync, static _ => { }, time, stoppingToken);

    private async Task TurnsAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _free.WaitForFreeAsync(stoppingToken);
            await held.WaitAsync(stoppingToken);
            stoppingToken.ThrowIfCancellationRequested();
            while (_free.TryTake())
            {
                if (held.TakeDue() is not { } jobEvent)
                {
                    _free.Release();
                    break;
                }

                _ = RetryAsync(jobEvent, stoppingToken);
            }
        }
    }

    private async Task RetryAsync(JobEvent jobEvent, CancellationToken stoppingToken)
    {
        try
        {
            // What a handler computes before its first wait is not for the loop to do.
            await Task.Yield();
            await inbox.RetryAsync(jobEvent, stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            held.Failed(jobEvent, Reasons.Of(exception));
        }
        catch (Exception)
        {
            // The process ends; the next one has it from the feed.
        }
        finally
        {
            _free.Release();
        }
    }
}
