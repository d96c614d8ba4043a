using BenchmarkDotNet.Attributes;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using OpenTelemetry.Metrics;

namespace JobOrchestrator.Benchmarks;

/// <summary>
/// What is counted of a commit once it is stored, before its callers are answered: one life is three commits (submit, lease, complete).
/// </summary>
[MemoryDiagnoser]
public class AfterACommit : IDisposable
{
    private const int PageJobs = 256;
    private readonly Instruments _unheard = new(namesMax: 100);
    private readonly Instruments _heard = new(namesMax: 100);
    private readonly StartPace _pace = new();
    private readonly ShardHistory _history = new(16 * 1024 * 1024, TimeSpan.FromHours(1));
    private Shard _shard = new(ShardSettings.Default);
    private readonly List<Changes> _lives = [];
    private readonly RunTimes _runs = new();
    private readonly OwnerEvents _owners = new(from: 0);
    private readonly List<IReadOnlyList<OutboxEvent>> _told = [];
    private PageDigest _digest = new(PageJobs);
    private int _place;
    private long _number;
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
            shard.Apply(new Command.Complete(job.Id, job.Lease!.Token, null), Made.Begin.AddSeconds(2));
        }

        _lives.Add(shard.TakeChanges());
        _told.Clear();
        _told.AddRange(_lives.Select(changes => (IReadOnlyList<OutboxEvent>)[.. changes.Events.Select(InOutbox)]));
    }

    [GlobalSetup(Target = nameof(MetricsOn))]
    public void SetupHeard()
    {
        Setup();

        // The reader that keeps sums and buckets, as a scrape's does.
        _provider = OpenTelemetry.Sdk.CreateMeterProviderBuilder().AddMeter(Instruments.MeterName).AddReader(new Kept()).Build();
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
            _pace.Stored(changes.Events, static _ => 3, Made.Begin);
        }
    }

    [Benchmark]
    public void History()
    {
        foreach (Changes changes in _lives)
        {
            _history.Stored(changes.Events, _shard, Made.Begin);
        }
    }

    /// <summary>How long each type's jobs run.</summary>
    [Benchmark]
    public void Runs()
    {
        foreach (Changes changes in _lives)
        {
            _runs.Stored(changes.Events);
        }
    }

    /// <summary>How many events each owner has.</summary>
    [Benchmark]
    public void OwnersEvents()
    {
        foreach (IReadOnlyList<OutboxEvent> events in _told)
        {
            _owners.Add(new OutboxEntry(_number++, 1, events), Made.Begin);
        }
    }

    /// <summary>What pages say of the jobs that ended, each with an externalId and two labels; with every 256th one is folded.</summary>
    [Benchmark]
    public void Digests()
    {
        foreach (Changes changes in _lives)
        {
            foreach (Job job in changes.Jobs)
            {
                if (job.IsFinished)
                {
                    _digest.Add(_place++, job);
                    if (_place == PageJobs)
                    {
                        _digest.Folded();
                        (_digest, _place) = (new PageDigest(PageJobs), 0);
                    }
                }
            }
        }
    }

    private static OutboxEvent InOutbox(JobEvent told) =>
        new(JsonText.Of("{}"), told.Kind, told.Job.Id.Value, told.Job.Owner, told.Job.Queue);

    private static NewJob New(int number)
    {
        NewJob job = Made.Job(number);
        return job with
        {
            Spec = job.Spec with { ExternalId = $"order-{number}" },
            Labels = JobLabels.Of([new("tenant", $"{number % 7}"), new("region", "eu")]),
        };
    }

    private Outcome Apply(Shard shard, int second, Command command)
    {
        Outcome outcome = shard.Apply(command, Made.Begin.AddSeconds(second));
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
