namespace JobOrchestrator.Push;

/// <summary>The broker as the dispatchers need it.</summary>
internal interface IWorkBus
{
    /// <summary>
    /// Publishes work messages to one topic, in no order, and says which certainly did not go out. Throws when that is not known of any.
    /// </summary>
    Task<Published> PublishAsync(string topic, IReadOnlyList<WorkMessage> messages, CancellationToken cancellationToken);
}

/// <summary>What became of a publish.</summary>
/// <param name="Refused">The messages that certainly did not go out; the others did.</param>
/// <param name="Reason">Why, for the log.</param>
internal sealed record Published(IReadOnlyList<WorkMessage> Refused, string Reason)
{
    public static Published All { get; } = new([], "");
}
