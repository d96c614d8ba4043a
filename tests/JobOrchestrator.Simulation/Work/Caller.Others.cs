using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>What callers do besides submitting.</summary>
internal sealed partial class Caller
{
    private const int PageMost = 50;

    private Task FindAsync(JobId job) => _client.AskAsync(
        new Call(Verb.Read, _lane.Name) { Job = job.Value, Shard = job.Shard },
        (shards, token) => shards.FindAsync(job, token).AsTask(),
        Told.Of,
        Patience);

    private Task WaitAsync(JobId job)
    {
        TimeSpan wait = _dice.LogUniform(TimeSpan.FromMilliseconds(100), Patience);
        return _client.AskAsync(
            new Call(Verb.Read, _lane.Name) { Job = job.Value, Shard = job.Shard },
            (shards, token) => shards.WaitAsync(job, JobCondition.Finished, wait, token),
            Told.Of,
            wait + Patience);
    }

    private async Task ListAsync()
    {
        string? cursor = null;
        do
        {
            string? from = cursor;
            (_, JobPage? page) = await _client.AskAsync(
                new Call(Verb.List, _lane.Name),
                (shards, token) => shards.ListAsync(new JobFilter(), from, PageMost, token),
                found => new Answer(AnswerKind.Found) { Jobs = [.. found.Jobs.Select(job => Told.Of(job))] },
                Patience);
            cursor = page?.Cursor;
        }
        while (cursor is not null);
    }

    private async Task RetryAsync(JobId job)
    {
        var id = JobId.Create(_scene.World.Now, job.Shard, _dice.Next());
        (Answer answer, _) = await _client.ProposeAsync(new Command.Retry(job, id), Patience);
        if (answer.Kind == AnswerKind.Accepted)
        {
            _known.Add(id);
        }
    }

    private Task ChangeAsync(Command.OnJob command) => _client.ProposeAsync(command, Patience);

    /// <summary>Stops a queue for a while; whoever has stopped it makes sure that it goes on.</summary>
    private async Task PauseAsync()
    {
        string queue = _dice.Pick(_scene.Swarm.Queues);
        await _client.ProposeAsync(_scene.ShardOf(queue), new Command.PauseQueue(queue), Patience);
        await Task.Delay(_dice.Between(TimeSpan.Zero, LaterMost), _lane.Clock);
        await ResumeAsync(queue);
    }

    /// <summary>Has a queue publish some kinds of events no more, and tries until it is told that it is so.</summary>
    public void Choose(string queue, EventKinds unpublished) => _lane.Begin("a choice of events", () => WaitedAsync(async () =>
    {
        Dice dice = _scene.World.Dice("work/chooser");
        Answer answer;
        do
        {
            await Task.Delay(dice.Between(TimeSpan.Zero, LaterMost), _lane.Clock);
            (answer, _) = await _client.ProposeAsync(
                _scene.ShardOf(queue), new Command.ChooseEvents(queue, unpublished), Patience);
        }
        while (answer.Kind != AnswerKind.Done);
    }));

    private async Task ResumeAsync(string queue)
    {
        Answer answer;
        do
        {
            await Task.Delay(_dice.Between(TimeSpan.Zero, PauseMost), _lane.Clock);
            (answer, _) = await _client.ProposeAsync(_scene.ShardOf(queue), new Command.ResumeQueue(queue), Patience);
        }
        while (answer.Kind != AnswerKind.Done);
    }
}
