using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>
/// Moves waiting jobs to other queues of their shard and sets labels, and has the service count: the equation of its accounts holds at any
/// time, and once all has ended no queue has anything left, by its line and by its history.
/// </summary>
internal sealed class Mover
{
    // What is new waits, mostly.
    private const int Newest = 20;
    private const int QueuesMost = 100;
    private const int TriesMost = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseLeast = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMost = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AgainMost = TimeSpan.FromSeconds(4);

    private readonly Scene _scene;
    private readonly Lane _lane;
    private readonly Client _client;
    private readonly Dice _dice;

    public Mover(Scene scene, Lane lane)
    {
        _scene = scene;
        _lane = lane;
        _client = new Client(scene, lane);
        _dice = scene.World.Dice($"work/{lane.Name}");
    }

    /// <summary>It has counted for the last time.</summary>
    public bool IsDone => _lane.Loops.Count == 0;

    public void Start() => _lane.Begin("a mover", RunAsync);

    private async Task RunAsync()
    {
        while (!_scene.IsOver)
        {
            await Task.Delay(_dice.LogUniform(PauseLeast, PauseMost), _lane.Clock);
            IReadOnlyList<JobId> known = _dice.Pick(_scene.Callers).Known;
            if (_dice.Below(8) == 0)
            {
                await AuditAsync();
            }
            else if (known.Count > 0 && !_scene.IsOver)
            {
                await MoveAsync(known[known.Count - 1 - _dice.Below(Math.Min(known.Count, Newest))]);
            }
        }

        await UntilAnsweredAsync(AuditAsync);
        await UntilAnsweredAsync(CountAsync);
        await UntilAnsweredAsync(LookBackAsync);
    }

    private async Task MoveAsync(JobId job)
    {
        string[] queues = [.. _scene.Swarm.Queues.Where(queue => _scene.ShardOf(queue) == job.Shard)];
        int way = _dice.Below(6);
        string? queue = way == 0 ? null : _dice.Pick(queues);
        IReadOnlyDictionary<string, string?>? labels = way < 2 ? SearchWords.DrawChange(_dice) : null;
        (_, Outcome? outcome) = await _client.ProposeAsync(
            new Command.Reprioritise(
                job,
                _dice.Below(6) == 0 ? _dice.Below(5) : null,
                _dice.Below(8) == 0 ? _lane.Clock.GetUtcNow() + _dice.Between(TimeSpan.Zero, PauseMost) : null,
                _dice.Below(8) == 0 ? 1 + _dice.Below(3) : null)
            {
                Queue = queue,
                Labels = labels,
            },
            Patience);
        if (outcome is Outcome.Changed)
        {
            _scene.Reached.Met(queue is null ? Sometimes.Labelled : Sometimes.Moved);
        }
    }

    /// <summary>Every job that was accepted is live or has ended, by each shard's own accounts.</summary>
    private async Task<bool> AuditAsync()
    {
        (_, IReadOnlyList<ShardAudit?>? audits) = await AskAsync(Verb.Audit, (shards, token) => shards.AuditAsync(token));
        foreach (ShardAudit audit in (audits ?? []).OfType<ShardAudit>())
        {
            if (!audit.Holds)
            {
                _scene.Judges.Miscounted($"The accounts of shard {audit.Shard} do not add up: {audit}.");
            }
        }

        return audits?.All(audit => audit is not null) == true;
    }

    /// <summary>Nothing is in a line any more.</summary>
    private async Task<bool> CountAsync()
    {
        (_, QueuePage? page) = await AskAsync(Verb.Queues, (shards, token) => shards.QueuesAsync(null, null, QueuesMost, token));
        foreach (QueueStatistics queue in page?.Queues ?? [])
        {
            if (queue is not { Ready: 0, Scheduled: 0, InProgress: 0 })
            {
                _scene.Judges.Miscounted($"All jobs have ended, and queue {queue.Name} has some: {queue}.");
            }
        }

        return page is not null;
    }

    /// <summary>Nor is anything in a queue by what is kept of what happened.</summary>
    private async Task<bool> LookBackAsync()
    {
        (_, IReadOnlyList<HistoryAnswer?>? shards) = await AskAsync(Verb.Queues, (shards, token) => shards.HistoryAsync(
            new HistoryAsk(DateTimeOffset.FromUnixTimeSeconds(shards.Now.ToUnixTimeSeconds()), 1, 1, HistoryBy.Queue), token));
        foreach (HistoryPart queue in (shards ?? []).OfType<HistoryAnswer>().SelectMany(shard => shard.Parts))
        {
            if (queue.Steps is [{ Backlog: { IsKnown: true } backlog }]
                && backlog is not { Ready: 0, Scheduled: 0, Running: 0 })
            {
                _scene.Judges.Miscounted(
                    $"All jobs have ended, and the history of queue {queue.Name} has {backlog.Ready} that are ready, "
                        + $"{backlog.Scheduled} that are scheduled and {backlog.Running} that run.");
            }
        }

        return shards?.All(shard => shard is not null) == true;
    }

    private Task<(Answer Answer, T? Result)> AskAsync<T>(Verb verb, Func<JobShards, CancellationToken, Task<T>> ask)
        where T : class =>
        _client.AskAsync(new Call(verb, _lane.Name), ask, _ => new Answer(AnswerKind.Done), Patience);

    private async Task UntilAnsweredAsync(Func<Task<bool>> ask)
    {
        for (int tries = 0; tries < TriesMost && !await ask(); tries++)
        {
            await Task.Delay(_dice.Between(TimeSpan.Zero, AgainMost), _lane.Clock);
        }
    }
}
