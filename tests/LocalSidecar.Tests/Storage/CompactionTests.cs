using System.Collections.Concurrent;
using LocalSidecar.PubSub;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.Storage;

public sealed class CompactionTests : IDisposable
{
    private const int SegmentSize = 32 << 10;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Overwrites_ManyTimesTheSizeOfWhatIsKept_DoNotGrowTheFolder()
    {
        using (var store = Store.Open(_folder.Path, SegmentSize))
        {
            await store.PutAsync("kept", "from the beginning");
            for (int i = 0; i < 3000; i++)
            {
                await store.PutAsync($"key-{i % 10}", $"{i}-{new string('x', 400)}");
            }

            await Eventually.TrueAsync(() => Segments() <= 6, "old segments are deleted");
        }

        using var again = Store.Open(_folder.Path, SegmentSize);
        Assert.Equal(11, again.Count);
        Assert.Equal("\"from the beginning\"", again.Get("kept"));
        Assert.All(Enumerable.Range(0, 10), i => Assert.StartsWith($"\"{2990 + i}-", again.Get($"key-{i}"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Overwrites_InMemory_DoNotGrowTheLog()
    {
        using var store = Store.InMemory(segmentSize: SegmentSize);

        for (int i = 0; i < 3000; i++)
        {
            await store.PutAsync($"key-{i % 10}", $"{i}-{new string('x', 400)}");
        }

        await Eventually.TrueAsync(() => SealedBytes(store) < 6 * SegmentSize, "old segments are dropped");
        Assert.StartsWith("\"2999-", store.Get("key-9"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeletedKeys_StayDeleted_WhenTheSegmentsOfTheirDeletionAreCompacted()
    {
        using (var store = Store.Open(_folder.Path, SegmentSize))
        {
            for (int round = 0; round < 40; round++)
            {
                for (int i = 0; i < 20; i++)
                {
                    await store.PutAsync($"gone-{i}", new string('x', 500));
                }

                for (int i = 0; i < 20; i++)
                {
                    await store.DeleteAsync($"gone-{i}");
                }
            }

            await Eventually.TrueAsync(() => Segments() <= 4, "old segments are deleted");
        }

        using var again = Store.Open(_folder.Path, SegmentSize);
        Assert.Equal(0, again.Count);
    }

    [Fact]
    public async Task CopyOfTheFolder_TakenAtAnySyncOfACompactionUnderLoad_HoldsEveryAcknowledgedWrite()
    {
        // What the files are just before a sync is what a crash there would leave behind.
        var acknowledged = new ConcurrentDictionary<string, int>();
        var crashes = new List<(TemporaryFolder Folder, Dictionary<string, int> Acknowledged)>();
        var segments = new FaultySegments(_folder.Path, SegmentSize);
        segments.BeforeFlush = () =>
        {
            if (segments.Flushes % 41 == 40)
            {
                var before = acknowledged.ToDictionary();
                var copy = new TemporaryFolder();
                foreach (string file in Directory.GetFiles(_folder.Path, "*.log"))
                {
                    File.Copy(file, copy[Path.GetFileName(file)]);
                }

                crashes.Add((copy, before));
            }
        };
        using (var store = Store.Over(segments))
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
            {
                for (int i = 0; i < 400; i++)
                {
                    string key = $"{writer}-{i % 25}";
                    await store.PutAsync(key, $"{i}:{new string('x', 300)}");
                    acknowledged[key] = i;
                }
            })));
            await Eventually.TrueAsync(() => segments.Deletions >= 5, "segments are compacted away");
        }

        Assert.True(crashes.Count >= 5, $"only {crashes.Count} crashes were tried");
        foreach ((TemporaryFolder copy, Dictionary<string, int> before) in crashes.Append((_folder, acknowledged.ToDictionary())))
        {
            using var crashed = Store.Open(copy.Path, SegmentSize);
            Assert.All(
                before, pair => Assert.True(Number(crashed.Get(pair.Key)) >= pair.Value, $"{pair.Key} went back behind {pair.Value}"));
        }

        crashes.ForEach(static crash => crash.Folder.Dispose());
    }

    [Fact]
    public async Task MessagesAndSubscriptions_SurviveTheCompactionOfTheirSegments()
    {
        using (var store = Store.Open(_folder.Path, SegmentSize))
        {
            Bus bus = store.Ledger.Bus;
            await bus.SubscribeAsync("worker", "bus", "kept");
            SubscriptionQueue consumed = await bus.SubscribeAsync("worker", "bus", "consumed");
            await bus.Publish("bus", "kept", [Text("first"), Text("second")]);
            for (int i = 0; i < 800; i++)
            {
                await bus.Publish("bus", "consumed", [Text(new string('x', 500))]);
                bus.Done(consumed, bus.Peek(consumed, 1)[0]);
            }

            await Eventually.TrueAsync(() => Segments() <= 4, "old segments are deleted");
            await bus.Publish("bus", "kept", [Text("third")]);
        }

        using var again = Store.Open(_folder.Path, SegmentSize);
        IReadOnlyList<SubscriptionQueue> queues = again.Ledger.Bus.QueuesOf("worker");
        Assert.Equal(["kept", "consumed"], queues.Select(queue => queue.Topic));
        Assert.Equal(["first", "second", "third"], again.Ledger.Bus.Peek(
            queues[0], 10).Select(message => System.Text.Encoding.UTF8.GetString(again.Ledger.Bus.Read(message).Bytes)));
        Assert.Empty(again.Ledger.Bus.Peek(queues[1], 10));
    }

    private static OutgoingMessage Text(string text) =>
        new(System.Text.Encoding.UTF8.GetBytes(text), IsRaw: true, ExpiresAt: 0, TraceParent: "", new Dictionary<string, string>());

    private static long SealedBytes(Store store)
    {
        lock (store.Ledger.Log.Gate)
        {
            return store.Ledger.Log.Sizes().Sealed;
        }
    }

    private static int Number(string? value) =>
        value is null ? -1 : int.Parse(value.AsSpan(1, value.IndexOf(':', StringComparison.Ordinal) - 1));

    private int Segments() => Directory.GetFiles(_folder.Path, "*.log").Length;
}
