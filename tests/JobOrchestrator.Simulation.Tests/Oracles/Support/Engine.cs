using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

/// <summary>The product's own rules over the bench: every command is a request, a commit and its answer, all of them lawful.</summary>
internal sealed class Engine
{
    private readonly Shard _shard;

    public Engine(Bench bench, ShardSettings? settings = null)
    {
        Bench = bench;
        _shard = new Shard(settings ?? ShardSettings.Default);
        bench.Take("a#1");
    }

    public Bench Bench { get; }

    /// <summary>The jobs as they were committed last, by arrival from 1.</summary>
    public Dictionary<int, Job> Jobs { get; } = [];

    public Job Submit(int number, Func<NewJob, NewJob>? with = null)
    {
        NewJob submitted = Submission(number);
        submitted = with?.Invoke(submitted) ?? submitted;
        Outcome outcome = Do(new Command.Enqueue(submitted));
        return ((Outcome.Accepted)outcome).Job;
    }

    public static NewJob Submission(int number) =>
        new() { Id = Bench.Id(number), Spec = new JobSpec { Type = "test", Queue = "default", LeaseSeconds = 10, MaxRetries = 3 } };

    public Job Lease(string worker = "w1", params string[] queues) =>
        ((Outcome.Leased)Do(new Command.Lease(queues.Length > 0 ? queues : ["default"], worker, 1, null, $"t{Bench.Step}"))).Jobs[0];

    public Outcome Complete(Job job) => Do(new Command.Complete(job.Id, job.Lease!.Token, JsonText.Of("""{"ok":1}""")));

    public Outcome Heartbeat(Job job) => Do(new Command.Heartbeat(job.Id, job.Lease!.Token, new Progress(Bench.Step % 100, null)));

    /// <summary>One command: asked, committed, answered.</summary>
    public Outcome Do(Command command)
    {
        Request request = Ask(command);
        Outcome outcome = Apply(command);
        Answer(request, outcome);
        return outcome;
    }

    public Request Ask(Command command) => Bench.Ask(Told.Of(command, "c#1"));

    /// <summary>Applies and commits; nobody is answered.</summary>
    public Outcome Apply(Command command)
    {
        Outcome outcome = _shard.Apply(command, Bench.Now);
        Commit();
        return outcome;
    }

    public Outcome ApplyOnly(Command command) => _shard.Apply(command, Bench.Now);

    public void Commit()
    {
        Changes changes = _shard.TakeChanges();
        if (changes.IsEmpty)
        {
            return;
        }

        foreach (Job job in changes.Jobs)
        {
            Jobs[(int)job.Order + 1] = job;
        }

        (string, byte[]?)[] more =
        [
            .. changes.Settings.Select(settings =>
                (Keys.Settings(0, $"queue-{settings.Name}-1-0"), (byte[]?)Bench.Settings(settings.Name, settings.Paused))),
            .. changes.Forgotten.Select(gone => (gone.Id.ToString(), (byte[]?)JobDocument.Tombstone(gone.Id, Bench.Now))),
        ];
        Bench.Commit(changes.Jobs, changes.Events, more);
    }

    public void Answer(Request request, Outcome outcome) => Bench.Answer(request, Told.Of(outcome));

    public void Recall(Job finished) => _shard.Recall(finished);
}
