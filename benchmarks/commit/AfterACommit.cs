using BenchmarkDotNet.Attributes;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace CommitCost;

/// <summary>
/// What is counted of a commit once it is stored, before its callers are answered: one life is three commits (submit, lease, complete).
/// </summary>
[MemoryDiagnoser]
public class AfterACommit : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Instruments _unheard = new(namesMax: 100);
    private readonly Instruments _heard = new(namesMax: 100);
    private readonly StartPace _pace = new();
    private readonly ShardHistory _history = new(16 * 1024 * 1024, TimeSpan.FromHours(1));
    private Shard _shard = new(ShardSettings.Default);
    private readonly List<Changes> _lives = [];
    private MeterProvider? _provider;

    /// <summary>Jobs that one commit holds.</summary>
    [Params(1, 20)]
    public int Jobs { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _lives.Clear();
        Shard shard = _shard = new Shard(ShardSettings.Default);
        Apply(shard, 0, new Command.EnqueueMany([.. Enumerable.Range(0, Jobs).Select(New)]));
        var leased = (Outcome.Leased)Apply(shard, 1, new Command.Lease(["mail"], "worker", Jobs, null, "seed"));
        foreach (Job job in leased.Jobs)
        {
            shard.Apply(new Command.Complete(job.Id, job.Lease!.Token, null), Begin.AddSeconds(2));
        }

        _lives.Add(shard.TakeChanges());
    }

    [GlobalSetup(Target = nameof(MetricsOn))]
    public void SetupHeard()
    {
        Setup();

        // The reader that keeps sums and buckets, as a scrape's does.
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(Instruments.MeterName).AddReader(new Kept()).Build();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _provider?.Dispose();
        _unheard.Dispose();
        _heard.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public void MetricsOff() => Measure(_unheard);

    [Benchmark]
    public void MetricsOn() => Measure(_heard);

    [Benchmark]
    public void Pace()
    {
        foreach (Changes changes in _lives)
        {
            _pace.Stored(changes.Events, static _ => 3, Begin);
        }
    }

    [Benchmark]
    public void History()
    {
        foreach (Changes changes in _lives)
        {
            _history.Stored(changes.Events, _shard, Begin);
        }
    }

    private static NewJob New(int number) => new()
    {
        Id = JobId.Create(Begin, 0, (ulong)number),
        Spec = new JobSpec { Type = "send", Queue = "mail", LeaseSeconds = 30 },
    };

    private Outcome Apply(Shard shard, int second, Command command)
    {
        Outcome outcome = shard.Apply(command, Begin.AddSeconds(second));
        _lives.Add(shard.TakeChanges());
        return outcome;
    }

    private void Measure(Instruments instruments)
    {
        foreach (Changes changes in _lives)
        {
            instruments.Stored(changes, TimeSpan.FromMilliseconds(1));
        }
    }

    private sealed class Kept : MetricReader;
}
