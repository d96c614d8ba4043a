namespace JobOrchestrator.Sdk;

/// <summary>Reacts to the events of this owner's jobs. Made anew in its own scope for each event.</summary>
/// <remarks>
/// The events of one job come one after the other, those of different jobs side by side. An event whose handler throws is not counted as
/// handled: it is handed on again, to every handler, after a pause, and stands in no other's way meanwhile
/// (<see cref="JobEventsOptions.HandlerTries"/>).
/// </remarks>
public interface IJobEventHandler
{
    /// <summary>Handles one event.</summary>
    /// <param name="jobEvent">The event; look at <see cref="JobEvent.Delivery"/> before taking it for the newest.</param>
    /// <param name="cancellationToken">The process is going down.</param>
    Task HandleAsync(JobEvent jobEvent, CancellationToken cancellationToken);
}

/// <summary>A handler with one method for each kind of event; override those that matter.</summary>
public abstract class JobEventHandler : IJobEventHandler
{
    /// <inheritdoc/>
    public Task HandleAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobEvent);
        return jobEvent.Kind switch
        {
            JobEventKind.Created => OnCreatedAsync(jobEvent, cancellationToken),
            JobEventKind.Updated => OnUpdatedAsync(jobEvent, cancellationToken),
            JobEventKind.Completed => OnCompletedAsync(jobEvent, cancellationToken),
            JobEventKind.Failed => OnFailedAsync(jobEvent, cancellationToken),
            JobEventKind.Cancelled => OnCancelledAsync(jobEvent, cancellationToken),
        };
    }

    /// <summary>A job was accepted.</summary>
    protected virtual Task OnCreatedAsync(JobEvent jobEvent, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A job changed without ending.</summary>
    protected virtual Task OnUpdatedAsync(JobEvent jobEvent, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A job succeeded.</summary>
    protected virtual Task OnCompletedAsync(JobEvent jobEvent, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A job failed for good.</summary>
    protected virtual Task OnFailedAsync(JobEvent jobEvent, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A job was cancelled.</summary>
    protected virtual Task OnCancelledAsync(JobEvent jobEvent, CancellationToken cancellationToken) => Task.CompletedTask;
}
