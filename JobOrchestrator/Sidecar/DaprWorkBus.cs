using JobOrchestrator.Push;

namespace JobOrchestrator.Sidecar;

/// <summary>The broker behind the sidecar. Work messages are whole CloudEvents and go out as they were written.</summary>
internal sealed class DaprWorkBus(WrittenEvents written, string pubsubName, TimeSpan? limit = null) : IWorkBus
{
    public async Task<Published> PublishAsync(string topic, IReadOnlyList<WorkMessage> messages, CancellationToken cancellationToken)
    {
        IReadOnlyList<(int Place, string Reason)> refused = await written.PublishAsync(
            pubsubName, topic, messages.Select(message => message.CloudEvent), limit, cancellationToken);
        return refused is [var first, ..] ? new Published([.. refused.Select(one => messages[one.Place])], first.Reason) : Published.All;
    }
}
