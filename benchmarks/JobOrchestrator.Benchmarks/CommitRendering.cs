using BenchmarkDotNet.Attributes;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Benchmarks;

/// <summary>What a commit sends: the jobs, their events, the document that holds those, and the page that lists the jobs.</summary>
[MemoryDiagnoser]
public class CommitRendering
{
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
        shard.Apply(new Command.EnqueueMany([.. Enumerable.Range(0, Jobs).Select(number => Made.Job(number))]), Made.Begin);
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
            DocumentWriter.CloudEvent(told, new EventForm("/jobs")), told.Kind, told.Job.Id.Value, told.Job.Owner, told.Job.Queue)),
    ];
}
