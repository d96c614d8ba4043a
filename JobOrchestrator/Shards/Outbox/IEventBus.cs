namespace JobOrchestrator.Shards;

/// <summary>The broker as the publisher needs it.</summary>
internal interface IEventBus
{
    /// <summary>
    /// Publishes events to one topic, in no order; returns those that the broker did not take. Throws when it is not known of any.
    /// </summary>
    Task<IReadOnlyList<OutboxEvent>> PublishAsync(string topic, IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken);
}
