using JobOrchestrator.Shards;

namespace JobOrchestrator.Sidecar;

/// <summary>The broker behind the sidecar. Events are whole CloudEvents and go out as they were stored.</summary>
internal sealed class DaprEventBus(WrittenEvents written, string pubsubName, TimeSpan? limit = null) : IEventBus
{
    public async Task<IReadOnlyList<OutboxEvent>> PublishAsync(
        string topic, IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<(int Place, string Reason)> refused = await written.PublishAsync(
                pubsubName, topic, events.Select(item => item.CloudEvent.Memory), limit, cancellationToken);
            return [.. refused.Select(one => events[one.Place])];
        }
        catch (RefusedException refused) when (events.Count > 1 && refused.IsTooLarge)
        {
            return await PublishInHalvesAsync(topic, events, cancellationToken);
        }
    }

    /// <summary>More than the sidecar takes at once would be refused for ever.</summary>
    private async Task<IReadOnlyList<OutboxEvent>> PublishInHalvesAsync(
        string topic, IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
    {
        OutboxEvent[] first = [.. events.Take(events.Count / 2)];
        OutboxEvent[] second = [.. events.Skip(events.Count / 2)];
        IReadOnlyList<OutboxEvent> refused = await PublishAsync(topic, first, cancellationToken);
        try
        {
            return [.. refused, .. await PublishAsync(topic, second, cancellationToken)];
        }
        catch (Exception exception) when (exception is NeverSentException or RefusedException)
        {
            // The first half is out, so the whole has not failed.
            return [.. refused, .. second];
        }
    }
}
