using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Models;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

/// <summary>
/// A store's history made by hand, of documents that the product itself writes, in one step or in two; and a clock that only a test moves.
/// </summary>
internal sealed class Bench
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<Guid> _page = [];
    private readonly Dictionary<long, Guid[]> _pagesBefore = [];

    public Bench(bool twoStep = false, JudgeRules? rules = null)
    {
        TwoStep = twoStep;
        Judge = new Judge(rules ?? new JudgeRules());
    }

    public Judge Judge { get; }

    public bool TwoStep { get; }

    public long Step { get; private set; }

    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>The head as written last; a test may change it before the next write.</summary>
    public Head Head { get; set; } = new();

    public string Lane { get; set; } = "a#1";

    /// <summary>The ids that the current page lists.</summary>
    public List<Guid> Page => _page;

    public void Pass(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        Step++;
    }

    /// <summary>A process takes shard 0.</summary>
    public void Take(string lane)
    {
        Lane = lane;
        Head = Head with { Epoch = Head.Epoch + 1, Holder = lane };
        Write((Keys.Head(0), Head.ToUtf8()));
    }

    /// <summary>Writes documents in one moment.</summary>
    public void Write(params (string Key, byte[]? Value)[] documents)
    {
        Pass(0.01);
        Judge.Apply(new AppliedWrites(
            Step, Now, Lane, [.. documents.Select(document => new AppliedWrite(document.Key, document.Value, $"e{Step}"))]));
    }

    /// <summary>A commit of these jobs and events, in the form of the store.</summary>
    public void Commit(IReadOnlyList<Job> jobs, IReadOnlyList<JobEvent>? events = null, params (string Key, byte[]? Value)[] more)
    {
        List<(string Key, byte[]? Value)> documents = Plan(jobs, events ?? [], more);
        if (!TwoStep)
        {
            Write([(Keys.Head(0), Head.ToUtf8()), .. documents]);
            return;
        }

        CommitHeadOnly(documents);
        Finish(documents);
    }

    /// <summary>The first of two steps.</summary>
    public void CommitHeadOnly(IReadOnlyList<(string Key, byte[]? Value)> documents)
    {
        Head = Head with
        {
            Batch = [.. documents.Select(document => new BatchEntry(
                document.Key,
                document.Value is { } value ? System.Text.Encoding.UTF8.GetString(value) : """{"deleted":true}""",
                null,
                null))],
        };
        Write((Keys.Head(0), Head.ToUtf8()));
    }

    /// <summary>The second of two steps.</summary>
    public void Finish(IReadOnlyList<(string Key, byte[]? Value)> documents)
    {
        foreach ((string key, byte[]? value) in documents)
        {
            Write((key, value ?? """{"deleted":true}"""u8.ToArray()));
        }
    }

    /// <summary>Moves the head on by a commit, and gives its documents.</summary>
    public List<(string Key, byte[]? Value)> Plan(
        IReadOnlyList<Job> jobs, IReadOnlyList<JobEvent> events, params (string Key, byte[]? Value)[] more)
    {
        long commit = Head.Commit + 1;
        var documents = new List<(string Key, byte[]? Value)>();
        Guid[] added = [.. events.Where(item => item.PreviousStatus is null && item.Job.Durable).Select(item => item.Job.Id.Value)];
        if (added.Length > 0)
        {
            _page.AddRange(added);
            documents.Add((Keys.Page(0, 1, 0), new PageDocument([.. _page]).ToUtf8(0)));
            Head = Head with { NextPage = 1, Pages = [new Span(1, 0, 1)], LivePages = [0, 0] };
        }

        if (events.Count > 0)
        {
            long number = Head.NextOutbox;
            var entry = new OutboxEntry(number, Head.Epoch, [.. events.Select(Told)]);
            documents.Add((Keys.Outbox(0, Head.Epoch, number), Outbox.ToUtf8(entry)));
            var spans = new Spans(Head.Outbox);
            spans.Add(Head.Epoch, number);
            Head = Head with { NextOutbox = number + 1, Outbox = spans.ToList() };
        }

        documents.AddRange(jobs
            .Where(job => job.Durable)
            .Select(job => (job.Id.ToString(), (byte[]?)DocumentWriter.Job(job, Head.Epoch, commit))));
        documents.AddRange(more);
        Head = Head with { Commit = commit, CommitId = $"{Head.Epoch}.{commit}", Batch = null };
        return documents;
    }

    public OutboxEvent Told(JobEvent item) =>
        new(DocumentWriter.CloudEvent(item, new EventForm("/jobs")), item.Kind, item.Job.Id.Value, item.Job.Owner, item.Job.Queue);

    public byte[] Settings(string queue, bool paused) =>
        DocumentWriter.Settings(new QueueSettings { Name = queue, Paused = paused }, Head.Epoch, Head.Commit + 1);

    public Request Ask(Call call) => Judge.History.Ask(call, Step, Now);

    public void Answer(Request request, Answer answer)
    {
        Pass(0.001);
        Judge.History.Answer(request, answer, Step, Now);
    }

    public static JobId Id(int number) => JobId.Create(Start, 0, (ulong)number);
}
