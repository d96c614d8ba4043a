using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>Queues, with what is known of them.</summary>
/// <param name="Queues">The queues.</param>
/// <param name="FlowsMost">Of how many of them it is told what they did lately, at most; null: of all.</param>
/// <param name="Missing">Shards that are left out.</param>
internal sealed record KnownQueues(IReadOnlyList<KnownQueue> Queues, int? FlowsMost, IReadOnlyList<int> Missing)
{
    /// <summary>Asks for it. What this caller may not ask, or what is not answered, is left out.</summary>
    public static async Task<KnownQueues> FindAsync(Session session, IReadOnlyList<JobQueue> queues, CancellationToken stopping)
    {
        Task<JobStats?> asked = TryAsync(session.Operations.StatsAsync(JobQueueFlow.Asked, stopping));
        Task<JobCaller?> calling = TryAsync(session.Operations.MeAsync(stopping));
        JobWorkers? workers = await TryAsync(session.Operations.WorkersAsync(cancellationToken: stopping));
        JobStats? stats = await asked;
        IReadOnlyList<string>? bound = await calling is { Queues: { } some } && !some.Contains(JobCaller.AnyQueue) ? some : null;
        IReadOnlyDictionary<string, JobQueueFlow>? flows = stats is null ? null : JobQueueFlow.Of(stats);
        return new KnownQueues(
            [
                .. queues.Select(queue => new KnownQueue(
                    queue,
                    flows?.GetValueOrDefault(queue.Name),
                    workers is null ? null : JobQueueAskers.Of(queue, workers, bound))),
            ],
            flows is { Count: >= JobQueueFlow.Most - 1 } && queues.Any(queue => !flows.ContainsKey(queue.Name)) ? flows.Count : null,
            [.. (stats?.Missing ?? []).Union(workers?.Missing ?? []).Order()]);
    }

    private static async Task<T?> TryAsync<T>(Task<T> asked)
        where T : class
    {
        try
        {
            return await asked;
        }
        catch (JobOrchestratorException)
        {
            return null;
        }
    }
}
