using BenchmarkDotNet.Attributes;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Benchmarks;

/// <summary>What a commit sends: the jobs, their events, the document that holds those, and the page that lists the jobs.</summary>
[MemoryDiagnoser]
public class CommitRendering
{
    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private IReadOnlyList<Job> _jobs = [];
    private IReadOnlyList<JobEvent> _told = [];
    private OutboxEntry _outbox = new(1, 1, []);
    private PageDocument _page = new([]);

    /// <summary>Jobs that one commit adds.</summary>
    [Params(1, 20, 100)]
    public int Jobs { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var shard = new Shard(ShardSettings.Default);
        shard.Apply(new Command.EnqueueMany([.. Enumerable.Range(0, Jobs).Select(New)]), Begin);
        Changes changes = shard.TakeChanges();
        (_jobs, _told) = (changes.Jobs, changes.Events);
        _outbox = new OutboxEntry(1, 1, Events());
        _page = new PageDocument([.. _jobs.Select(job => job.Id.Value)]);
    }

    [Benchmark]
    public long JobDocuments()
    {
        long bytes = 0;
        foreach (Job job in _jobs)
        {
            bytes += DocumentWriter.Job(job, epoch: 1, commit: 1).Length;
        }

        return bytes;
    }

    [Benchmark]
    public int CloudEvents() => Events().Count;

    [Benchmark]
    public int OutboxDocument() => Outbox.ToUtf8(_outbox).Length;

    [Benchmark]
    public int Page() => _page.ToUtf8(1).Length;

    private List<OutboxEvent> Events() =>
    [
        .. _told.Select(told => new OutboxEvent(
            DocumentWriter.CloudEvent(told, "/jobs"), told.Kind, told.Job.Id.Value, told.Job.Owner, told.Job.Queue)),
    ];

    private static NewJob New(int number) => new()
    {
        Id = JobId.Create(Begin, 0, (ulong)number),
        Spec = new JobSpec
        {
            Type = "send",
            Queue = "mail",
            Owner = "shop",
            LeaseSeconds = 30,
            Input = JsonText.Of("""{"to":"somebody@example.com","subject":"Your order","lines":[1,2,3,4,5]}"""),
        },
    };
}
