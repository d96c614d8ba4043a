using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation.Models;

/// <summary>One process's way to the broker.</summary>
/// <param name="lane">The process.</param>
/// <param name="site">The broker.</param>
internal sealed class SimBus(Lane lane, BrokerSite site) : IEventBus
{
    public Task<IReadOnlyList<OutboxEvent>> PublishAsync(
        string topic, IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
    {
        World world = site.World;
        world.Escapes.Check("The broker");
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<IReadOnlyList<OutboxEvent>>(cancellationToken);
        }

        PublishFate fate = site.FateOf(lane, topic, events.Count);
        var promise = new StorePromise<IReadOnlyList<OutboxEvent>>(_ => { }, cancellationToken);
        List<OutboxEvent> order = site.Shuffled(events);
        if (fate.There is { } there)
        {
            world.In(there, null, StepKind.Request, topic, Arrive);
        }

        if (fate.Error is { } error)
        {
            world.In(fate.ErrorAfter, lane, StepKind.Answer, topic, () => promise.Fail(error));
        }

        return promise.Task;

        void Arrive()
        {
            foreach (OutboxEvent item in order.Take(fate.Taken).SelectMany(one => one.Packed.Count > 0 ? one.Packed : [one]))
            {
                site.Arrived(lane, topic, item);
            }

            if (fate.Back is { } back)
            {
                world.In(back, lane, StepKind.Answer, topic, () => promise.Keep(() => [.. order.Skip(fate.Taken)]));
            }
        }
    }
}
