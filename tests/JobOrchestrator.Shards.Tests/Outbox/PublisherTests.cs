using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class PublisherTests : IAsyncDisposable
{
    private readonly ModelStore _store = new();
    private readonly RecordingBus _bus = new();
    private readonly LogLines<Publisher> _log = new();
    private readonly CancellationTokenSource _stopping = new();
    private Shards.Outbox _outbox = null!;
    private Task _running = Task.CompletedTask;

    [Fact]
    public async Task Publish_ADocumentIsNotInTheStore_IsAnErrorInTheLogAndTheOthersGoOn()
    {
        await StoreAsync(0, Event(0));
        await StoreAsync(2, Event(2));

        Begin(documents: 3);

        await Eventually.TrueAsync(() => _outbox.Published == 3, "all that is there is published");
        Assert.Equal(["0", "2"], _bus.Published.Select(one => one.Event.Queue));
        (LogLevel level, string text) = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains("outbox documents 1 ", text, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        _stopping.Dispose();
    }

    private void Begin(int documents)
    {
        var head = new Head { Outbox = [new Span(1, 0, documents)], NextOutbox = documents };
        _outbox = new Shards.Outbox(head, TestJobs.Start, ShardBounds.Usual.RecentEventBytesMax);
        var publisher = new Publisher(
            0,
            _outbox,
            new OutboxReader(0, _store.Calls, documentsMax: 50),
            _bus,
            new Topics(new Dictionary<JobEventKind, string> { [JobEventKind.Updated] = "of-{owner}" }),
            _store.Calls,
            ShardBounds.Usual,
            TimeProvider.System,
            _log);
        _running = publisher.RunAsync(_stopping.Token);
    }

    private Task StoreAsync(long number, params OutboxEvent[] events) => _store.TrySaveAsync(
        Keys.Outbox(0, 1, number),
        Shards.Outbox.ToUtf8(new OutboxEntry(number, 1, events)),
        null,
        Keys.Head(0),
        CancellationToken.None);

    /// <summary>An event that goes by its number.</summary>
    private static OutboxEvent Event(long number, string owner = "o")
    {
        Job job = TestJobs.Job(number);
        string text = $$$"""
            {"type":"{{{Words.EventType(JobEventKind.Updated)}}}","data":{"jobId":"{{{job.Id}}}","owner":"{{{owner}}}","queue":"{{{number}}}"}}
            """;
        return new OutboxEvent(JsonText.Of(text), JobEventKind.Updated, job.Id.Value, owner, $"{number}");
    }
}
