using JobOrchestrator.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobOrchestrator.Shards.Tests;

public sealed class OutboxReaderTests
{
    private readonly ModelStore _store = new();
    private readonly OutboxReader _reader;

    public OutboxReaderTests() => _reader = new OutboxReader(
        0,
        new StoreCalls(_store, TimeSpan.FromSeconds(10), new ShardBounds().StoreAway, TimeProvider.System),
        documentsMax: 50,
        new UnreadableDocuments(0, NullLogger.Instance));

    /// <summary>Documents 0 to 3 of epoch 1, 4 and 5 of epoch 2, two events each; memory holds those from some number on.</summary>
    [Theory]
    [InlineData(0, 99, 99, "0 1 2 3 4 5", 6)]
    [InlineData(2, 99, 99, "2 3 4 5", 6)]
    [InlineData(0, 99, 4, "0 1 2 3", 4)]
    [InlineData(0, 3, 99, "0 1", 2)]
    [InlineData(0, 4, 99, "0 1", 2)]
    [InlineData(0, 1, 99, "0", 1)]
    [InlineData(4, 99, 4, "4 5", 6)]
    [InlineData(4, 1, 4, "4", 5)]
    [InlineData(6, 99, 99, "", 6)]
    public async Task Read_FromAPlace_GivesWhatFitsAndWhereItEnds(long from, int eventsMax, long memoryFrom, string expected, long end)
    {
        for (long number = 0; number < 6; number++)
        {
            await StoreAsync(Entry(number));
        }

        (IReadOnlyList<OutboxEntry> entries, long after, IReadOnlyList<Hole> holes) =
            await ReadAsync(from, eventsMax, next: 6, memoryFrom);

        Assert.Equal(expected, string.Join(' ', entries.Select(entry => entry.Number)));
        Assert.All(entries, entry => Assert.Equal(2, entry.Events.Count));
        Assert.Equal(end, after);
        Assert.Empty(holes);
    }

    [Fact]
    public async Task Read_WhatIsInMemory_AsksNoStore()
    {
        _store.Fault = _ => Fault.Unreachable;

        (IReadOnlyList<OutboxEntry> entries, _, _) = await ReadAsync(from: 4, eventsMax: 99, next: 6, memoryFrom: 2);

        Assert.Equal([4L, 5L], entries.Select(entry => entry.Number));
    }

    [Theory]
    [InlineData(99, "0 1 3 4 5", "2")]
    [InlineData(3, "0 1", "")]
    public async Task Read_ADocumentIsNotThere_SaysWhich(int eventsMax, string expected, string missing)
    {
        foreach (long number in new[] { 0L, 1, 3, 4, 5 })
        {
            await StoreAsync(Entry(number));
        }

        OutboxRead read = await ReadAsync(from: 0, eventsMax, next: 6, memoryFrom: 99);

        Assert.Equal(expected, string.Join(' ', read.Entries.Select(entry => entry.Number)));
        Assert.Equal(missing, string.Join(' ', read.Holes.Select(hole => hole.Number)));
    }

    [Fact]
    public async Task Read_ManyDocuments_AreAFewAtATime()
    {
        for (long number = 0; number < 120; number++)
        {
            await StoreAsync(Entry(number));
        }

        (IReadOnlyList<OutboxEntry> first, long end, _) = await ReadAsync(from: 0, eventsMax: 10_000, next: 120, memoryFrom: 999);

        Assert.Equal((50, 50L), (first.Count, end));
    }

    private Task<OutboxRead> ReadAsync(long from, int eventsMax, long next, long memoryFrom)
    {
        IEnumerable<OutboxEntry> recent = Enumerable.Range(0, (int)next).Select(number => Entry(number))
            .Where(entry => entry.Number >= memoryFrom && entry.Number >= from);
        var view = new OutboxView(0, 0, next, [new Span(1, 0, 4), new Span(2, 4, next)], [.. recent]);
        return _reader.ReadAsync(view, from, eventsMax, CancellationToken.None);
    }

    private Task StoreAsync(OutboxEntry entry) => _store.TrySaveAsync(
        Keys.Outbox(0, entry.Epoch, entry.Number), Shards.Outbox.ToUtf8(entry), null, Keys.Head(0), CancellationToken.None);

    private static OutboxEntry Entry(long number) => new(number, number < 4 ? 1 : 2, [Event(number), Event(number)]);

    private static OutboxEvent Event(long number)
    {
        Job job = TestJobs.Job(number);
        JsonText cloudEvent = DocumentWriter.CloudEvent(new JobEvent(JobEventKind.Updated, job, null), new EventForm("source"));
        return new OutboxEvent(cloudEvent, JobEventKind.Updated, job.Id.Value, null, "default");
    }
}
