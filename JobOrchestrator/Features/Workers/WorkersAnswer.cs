using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Workers;

/// <summary>What is answered.</summary>
/// <param name="Workers">The workers, those that run most first.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Uncovered">What waits and nobody asks for.</param>
/// <param name="WatchedSince">Since when it is watched who asks.</param>
/// <param name="AsOf">When this was so.</param>
/// <param name="Missing">Shards that nobody holds at the moment.</param>
internal sealed record WorkersAnswer(
    IReadOnlyList<WorkerRow> Workers,
    int Total,
    IReadOnlyList<UncoveredType> Uncovered,
    DateTimeOffset WatchedSince,
    DateTimeOffset AsOf,
    IReadOnlyList<int> Missing)
{
    /// <summary>Most workers of an answer.</summary>
    public const int WorkersMax = 500;

    /// <summary>Most uncovered types of queues.</summary>
    public const int UncoveredMax = 100;

    /// <summary>Puts together what the shards know.</summary>
    /// <param name="answers">By the shards' numbers; null: nobody holds it.</param>
    /// <param name="scope">What the caller sees.</param>
    /// <param name="now">The time.</param>
    public static WorkersAnswer Of(IReadOnlyList<ShardWorkers?> answers, WorkersScope scope, DateTimeOffset now)
    {
        List<ShardWorkers> known = [.. answers.OfType<ShardWorkers>()];
        var sums = new Dictionary<string, WorkerSum>(StringComparer.Ordinal);
        foreach (ShardWorkers shard in known)
        {
            foreach (SeenWorker worker in shard.Seen)
            {
                SumOf(worker.Worker).Add(worker, scope);
            }

            foreach (HeldJobs held in shard.Held.Where(held => scope.Has(held.Queue)))
            {
                SumOf(held.Worker).Add(held);
            }
        }

        foreach (WorkerHealth health in known.SelectMany(shard => shard.Health).Where(health => scope.Has(health.Queue)))
        {
            SumOf(health.Worker).Add(health);
        }

        WorkerRow[] rows = [.. sums.Values.Where(sum => sum.IsShown(now)).Select(sum => sum.Row(scope, now))
            .OrderByDescending(row => row.Running)
            .ThenByDescending(row => row.LastAskedAt)
            .ThenBy(row => row.Name, StringComparer.Ordinal)];
        return new WorkersAnswer(
            [.. rows.Take(WorkersMax)],
            rows.Length,
            [
                .. known.SelectMany(shard => shard.Uncovered).Where(type => scope.Has(type.Queue)).OrderBy(type => type.Oldest)
                    .Take(UncoveredMax),
            ],
            known.Select(shard => shard.Since).DefaultIfEmpty(now).Max(),
            now,
            [.. Enumerable.Range(0, answers.Count).Where(shard => answers[shard] is null)]);

        WorkerSum SumOf(string name) => sums.TryGetValue(name, out WorkerSum? sum) ? sum : sums[name] = new WorkerSum(name);
    }
}

/// <summary>One worker.</summary>
/// <param name="Name">Its name; null: it is not told.</param>
/// <param name="Queues">What it asks for or works.</param>
/// <param name="Types">What it asks for, or works.</param>
/// <param name="Running">How many jobs it holds.</param>
internal sealed record WorkerRow(string? Name, IReadOnlyList<string> Queues, IReadOnlyList<string> Types, int Running)
{
    /// <summary>How many jobs it runs at once at most.</summary>
    public int? Slots { get; init; }

    /// <summary>The version of what it runs.</summary>
    public string? Version { get; init; }

    /// <summary>The job that it holds for longest.</summary>
    public (JobId Job, DateTimeOffset Since)? Longest { get; init; }

    /// <summary>When it last asked.</summary>
    public DateTimeOffset? LastAskedAt { get; init; }

    /// <summary>When it last reported.</summary>
    public DateTimeOffset? LastReportedAt { get; init; }

    /// <summary>Nothing is heard of it.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Late heartbeats.</summary>
    public int Late { get; init; }

    /// <summary>Lost leases.</summary>
    public int Lost { get; init; }
}
