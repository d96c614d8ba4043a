using JobOrchestrator.Shards;

namespace JobOrchestrator.Push;

/// <summary>The broker as the dispatchers need it.</summary>
internal interface IWorkBus
{
    /// <summary>
    /// Publishes work messages to one topic, in no order, and says which certainly did not go out: the others did.
    /// </summary>
    /// <exception cref="NeverSentException">None went out.</exception>
    /// <exception cref="RefusedException">None went out.</exception>
    /// <exception cref="UnclearException">Any of them may have gone out, or may yet: some of a bulk publish, too.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled: any of them may have gone out, or may yet.</exception>
    Task<Published> PublishAsync(string topic, IReadOnlyList<WorkMessage> messages, CancellationToken cancellationToken);
}

/// <summary>What became of a publish.</summary>
/// <param name="Refused">The messages that certainly did not go out; the others did.</param>
/// <param name="Reason">Why, for the log.</param>
internal sealed record Published(IReadOnlyList<WorkMessage> Refused, string Reason)
{
    public static Published All { get; } = new([], "");
}
