using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class PublisherTests : IAsyncDisposable
{
    private readonly ModelStore _store = new();
    private readonly RecordingBus _bus = new();
    private readonly LogLines<Publisher> _log = new();
    private readonly SetAside _aside = new();
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
        Assert.Contains($"{Keys.Outbox(0, 1, 1)} are not published", text, StringComparison.Ordinal);
    }

    /// <summary>F25: the broker refuses a topic, by scopes say, and everything behind it waited for ever.</summary>
    [Fact]
    public async Task Publish_ATopicIsRefusedForGood_DoesNotStopTheOthersAndIsSetAside()
    {
        _bus.Refuses = (topic, _) => topic == "of-nobody";
        await StoreAsync(0, Event(0, "nobody"), Event(1), Event(2, "nobody"));
        await StoreAsync(1, Event(3), Event(4, "nobody"));

        Begin(documents: 2);

        await Eventually.TrueAsync(() => _outbox.Published == 2, "all is published or set aside");
        Assert.Equal(["1", "3"], _bus.Published.Select(one => one.Event.Queue));
        Assert.Equal(3, _aside.Events);
        Assert.Contains("3 were set aside", _aside.Warning, StringComparison.Ordinal);
        Assert.Single(_log.Lines, line => line.Level == LogLevel.Error);
        Assert.Equal(2, _log.Lines.Count(line => line.Level == LogLevel.Debug));
    }

    [Fact]
    public async Task Publish_OneOfManyIsRefusedForGood_IsSetAsideAlone()
    {
        _bus.Refuses = (_, item) => item.Queue == "3";
        await StoreAsync(0, [.. Enumerable.Range(0, 8).Select(number => Event(number))]);

        Begin(documents: 1);

        await Eventually.TrueAsync(() => _outbox.Published == 1, "all is published or set aside");
        Assert.Equal(["0", "1", "2", "4", "5", "6", "7"], _bus.Published.Select(one => one.Event.Queue));
        Assert.Equal(1, _aside.Events);
    }

    [Fact]
    public async Task Publish_RefusedForAWhile_GoesOutAfterAll()
    {
        int tries = 0;
        _bus.Refuses = (_, _) => Interlocked.Increment(ref tries) < 3;
        await StoreAsync(0, Event(0));

        Begin(documents: 1);

        await Eventually.TrueAsync(() => _outbox.Published == 1, "it is published");
        Assert.Single(_bus.Published);
        Assert.Null(_aside.Warning);
    }

    [Fact]
    public async Task Publish_TheBrokerIsAwayForLong_SetsNothingAside()
    {
        int tries = 0;
        _bus.Fault = () => Interlocked.Increment(ref tries) <= ShardBounds.Usual.RefusedTries + 1 ? Fault.Unreachable : Fault.None;
        await StoreAsync(0, Event(0));

        Begin(documents: 1);

        await Eventually.TrueAsync(() => _outbox.Published == 1, "it is published");
        Assert.Single(_bus.Published);
        Assert.Equal(0, _aside.Events);
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
            new OutboxReader(0, _store.Calls, documentsMax: 50, new UnreadableDocuments(0, _log)),
            new TopicPublisher(0, _bus, _store.Calls, ShardBounds.Usual, isPacked: false, _aside, TimeProvider.System, _log),
            new Topics(new Dictionary<JobEventKind, string> { [JobEventKind.Updated] = "of-{owner}" }),
            _store.Calls,
            ShardBounds.Usual,
            PublishedForm.Plain,
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
        string type = Words.EventType(JobEventKind.Updated);
        string text = $$$"""{"type":"{{{type}}}","data":{"jobId":"{{{job.Id}}}","owner":"{{{owner}}}","queue":"{{{number}}}"}}""";
        return new OutboxEvent(JsonText.Of(text), JobEventKind.Updated, job.Id.Value, owner, $"{number}");
    }
}
