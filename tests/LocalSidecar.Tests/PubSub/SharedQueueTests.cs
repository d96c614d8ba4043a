using LocalSidecar.Json;
using LocalSidecar.Log;
using LocalSidecar.PubSub;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.PubSub;

/// <summary>Queues that streams share, without any stream.</summary>
public sealed class SharedQueueTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Finish_OutOfOrder_MovesOnOnlyWhenTheFirstIsDealtWith()
    {
        using var store = Store.InMemory();
        SubscriptionQueue queue = await SubscribeAsync(store);
        await PublishAsync(store, 3);
        StoredMessage[] taken = [await TakeAsync(store, queue), await TakeAsync(store, queue), await TakeAsync(store, queue)];

        store.Ledger.Bus.Finish(queue, taken[2]);
        store.Ledger.Bus.Finish(queue, taken[1]);
        Assert.Equal(3, store.Ledger.Bus.MessageCount);
        store.Ledger.Bus.Finish(queue, taken[0]);

        Assert.Equal(0, store.Ledger.Bus.MessageCount);
    }

    [Fact]
    public async Task GiveBack_Several_AreTakenAgainInTheirOrder()
    {
        using var store = Store.InMemory();
        SubscriptionQueue queue = await SubscribeAsync(store);
        await PublishAsync(store, 3);
        StoredMessage[] taken = [await TakeAsync(store, queue), await TakeAsync(store, queue)];

        store.Ledger.Bus.GiveBack(queue, [taken[1], taken[0]]);

        StoredMessage[] again = [await TakeAsync(store, queue), await TakeAsync(store, queue), await TakeAsync(store, queue)];
        Assert.Equal([1, 2, 3], again.Select(static one => one.Id));
    }

    [Fact]
    public async Task Take_HundredUnansweredInFront_WaitsForTheFirst()
    {
        using var store = Store.InMemory();
        SubscriptionQueue queue = await SubscribeAsync(store);
        await PublishAsync(store, 101);
        StoredMessage first = await TakeAsync(store, queue);
        for (int i = 1; i < 100; i++)
        {
            store.Ledger.Bus.Finish(queue, await TakeAsync(store, queue));
        }

        Task<StoredMessage> next = TakeAsync(store, queue);
        Assert.False(next.IsCompleted);
        store.Ledger.Bus.Finish(queue, first);

        Assert.Equal(101, (await next.WaitAsync(TimeSpan.FromSeconds(30))).Id);
    }

    [Fact]
    public async Task Restart_WithFinishedBehindUnfinished_GivesAllFromTheFirstUnfinished()
    {
        using (var store = Store.Open(_folder.Path))
        {
            SubscriptionQueue queue = await SubscribeAsync(store);
            await PublishAsync(store, 3);
            store.Ledger.Bus.Finish(queue, await TakeAsync(store, queue));
            await TakeAsync(store, queue);
            store.Ledger.Bus.Finish(queue, await TakeAsync(store, queue));
        }

        using var again = Store.Open(_folder.Path);
        SubscriptionQueue recovered = Assert.Single(again.Ledger.Bus.QueuesOf("worker"));

        Assert.True(recovered.IsStream);
        Assert.Equal(2, (await TakeAsync(again, recovered)).Id);
        Assert.Equal(3, (await TakeAsync(again, recovered)).Id);
    }

    [Fact]
    public async Task Start_LogFromBeforeThereWereStreams_SubscriptionIsNoStreams()
    {
        using (var store = Store.Open(_folder.Path))
        {
            Task committed;
            lock (store.Ledger.Log.Gate)
            {
                ByteBuffer record = store.Ledger.Log.Begin(RecordKind.Subscription);
                record.WriteInt32(1);
                record.WriteInt64(0);
                record.WriteInt64(0);
                record.WriteRun("worker");
                record.WriteRun("bus");
                record.WriteRun("numbers");
                committed = store.Ledger.Log.End();
            }

            await committed;
        }

        using var again = Store.Open(_folder.Path);
        SubscriptionQueue queue = Assert.Single(again.Ledger.Bus.QueuesOf("worker"));

        Assert.Equal(("bus", "numbers", false), (queue.PubSub, queue.Topic, queue.IsStream));
        Assert.Same(queue, await again.Ledger.Bus.SubscribeAsync("worker", "bus", "numbers"));
    }

    private static Task<SubscriptionQueue> SubscribeAsync(Store store) =>
        store.Ledger.Bus.SubscribeAsync("worker", "bus", "numbers", isStream: true);

    private static Task PublishAsync(Store store, int count) => store.Ledger.Bus.Publish(
        "bus",
        "numbers",
        [.. Enumerable.Range(
            0, count).Select(static _ => new OutgoingMessage("{}"u8.ToArray(), false, 0, "", new Dictionary<string, string>()))]);

    private static Task<StoredMessage> TakeAsync(Store store, SubscriptionQueue queue) =>
        store.Ledger.Bus.TakeAsync(queue, CancellationToken.None);
}
