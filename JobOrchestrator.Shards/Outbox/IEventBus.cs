namespace JobOrchestrator.Shards;

/// <summary>The broker as the publisher needs it.</summary>
internal interface IEventBus
{
    /// <summary>
    /// Publishes events to one topic, in no order; returns those that the broker did not take: the others went out. None went out after
    /// a <see cref="NeverSentException"/> or a <see cref="RefusedException"/>; after an <see cref="UnclearException"/>, or once the
    /// token is cancelled, any of them may have. All that did not certainly go out is published again: a repeat does no harm. A
    /// <see cref="RefusedException"/> that is not for now says that one of them, or the topic, will never be taken.
    /// </summary>
    Task<IReadOnlyList<OutboxEvent>> PublishAsync(string topic, IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken);
}
