using BenchmarkDotNet.Attributes;
using JobOrchestrator.Core;

namespace JobOrchestrator.Benchmarks;

/// <summary>
/// The engine's commands, each for one job, in a shard where so many others wait: rules and memory alone, without HTTP, documents or a
/// store. What a batch of a hundred changes is taken out as a commit does.
/// </summary>
[MemoryDiagnoser]
public class EngineCommands
{
    private const int Many = 10_000;
    private const int Batch = 100;
    private const int Queues = 16;

    private static readonly string[] Names = [.. Enumerable.Range(0, Queues).Select(number => $"queue-{number}")];

    private readonly List<Job> _leased = [];
    private readonly List<NewJob> _new = [];
    private Shard _shard = new(ShardSettings.Default);
    private DateTimeOffset _now = Made.Begin;
    private int _number;

    /// <summary>Jobs that wait besides.</summary>
    [Params(1, 1_000, 1_000_000)]
    public int Waiting { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _shard = new Shard(ShardSettings.Default);
        Submit(Waiting);
    }

    [IterationSetup(Target = nameof(Submit))]
    public void PrepareNew()
    {
        _new.Clear();
        for (int i = 0; i < Many; i++)
        {
            _new.Add(New());
        }
    }

    [IterationSetup(Target = nameof(Lease))]
    public void PrepareReady() => Submit(Many);

    [IterationSetup(Targets = [nameof(Heartbeat), nameof(Complete), nameof(FailAndWait), nameof(Cancel)])]
    public void PrepareLeased()
    {
        Submit(Many);
        for (int i = 0; i < Many; i++)
        {
            LeaseOne(i);
        }
    }

    /// <summary>Whatever a benchmark has left goes, so that each iteration finds as many jobs.</summary>
    [IterationCleanup]
    public void Empty()
    {
        CompleteLeased();

        // Tries that wait for their pause are ready by then.
        _now += TimeSpan.FromMinutes(10);
        _shard.Apply(new Command.Tick(int.MaxValue, StepsMax: int.MaxValue), _now);
        for (int i = 0; _shard.LiveJobs > Waiting; i++)
        {
            LeaseOne(i);
            CompleteLeased();
        }
    }

    [Benchmark(OperationsPerInvoke = Many)]
    public void Submit()
    {
        for (int i = 0; i < Many; i++)
        {
            Apply(i, new Command.Enqueue(_new[i]));
        }
    }

    [Benchmark(OperationsPerInvoke = Many)]
    public void Lease()
    {
        for (int i = 0; i < Many; i++)
        {
            LeaseOne(i);
        }
    }

    [Benchmark(OperationsPerInvoke = Many)]
    public void Heartbeat()
    {
        for (int i = 0; i < Many; i++)
        {
            Apply(i, new Command.Heartbeat(_leased[i].Id, _leased[i].Lease!.Token));
        }
    }

    [Benchmark(OperationsPerInvoke = Many)]
    public void Complete()
    {
        for (int i = 0; i < Many; i++)
        {
            Apply(i, new Command.Complete(_leased[i].Id, _leased[i].Lease!.Token));
        }

        _leased.Clear();
    }

    /// <summary>It has tries left, and waits for the next one.</summary>
    [Benchmark(OperationsPerInvoke = Many)]
    public void FailAndWait()
    {
        for (int i = 0; i < Many; i++)
        {
            Apply(i, new Command.Fail(_leased[i].Id, _leased[i].Lease!.Token, new JobError(JobError.WorkerError, "It failed.")));
        }

        _leased.Clear();
    }

    /// <summary>At once, whoever works on it.</summary>
    [Benchmark(OperationsPerInvoke = Many)]
    public void Cancel()
    {
        for (int i = 0; i < Many; i++)
        {
            Apply(i, new Command.Cancel(_leased[i].Id, AtOnce: true));
        }

        _leased.Clear();
    }

    private void Submit(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Apply(i, new Command.Enqueue(New()));
        }

        _shard.TakeChanges();
    }

    private void LeaseOne(int number)
    {
        // Whoever asks does so for all queues: that is the longest way.
        var leased = (Outcome.Leased)Apply(number, new Command.Lease(Names, "worker", 1, null, "seed"));
        _leased.Add(leased.Jobs[0]);
    }

    private Outcome Apply(int number, Command command)
    {
        Outcome outcome = _shard.Apply(command, _now);
        if (number % Batch == Batch - 1)
        {
            _shard.TakeChanges();
        }

        return outcome;
    }

    private NewJob New()
    {
        int number = _number++;
        return Made.Job(number, Names[number % Queues]);
    }

    private void CompleteLeased()
    {
        foreach (Job job in _leased)
        {
            _shard.Apply(new Command.Complete(job.Id, job.Lease!.Token), _now);
        }

        _shard.TakeChanges();
        _leased.Clear();
    }
}
