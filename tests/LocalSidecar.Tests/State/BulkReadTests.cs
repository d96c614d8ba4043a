using System.Globalization;
using System.Text;
using LocalSidecar.State;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.State;

/// <summary>Many values at once: those that stand together are read together.</summary>
public sealed class BulkReadTests : IDisposable
{
    private const int SegmentSize = 64 << 10;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task GetMany_ValuesAllOverTheLog_AreThoseOfTheirKeys()
    {
        var random = new Random(3);
        string[] keys = [.. Enumerable.Range(0, 300).Select(i => i % 2 == 0 ? $"key-{i}" : new Guid(i, 7, 1, new byte[8]).ToString())];
        var values = new Dictionary<string, string>();
        using (var store = Store.Open(_folder.Path, SegmentSize))
        {
            foreach (string key in keys.Concat(keys.Where(_ => random.Next(4) == 0)))
            {
                values[key] = string.Create(CultureInfo.InvariantCulture, $"{key} {new string('x', random.Next(3_000))}");
                await store.PutRawAsync(key, Encoding.UTF8.GetBytes(values[key]));
            }

            foreach (string gone in keys.Where(_ => random.Next(5) == 0))
            {
                values.Remove(gone);
                await store.DeleteAsync(gone);
            }

            AssertFound(store, [.. keys]);
        }

        random.Shuffle(keys);
        using var again = Store.Open(_folder.Path, SegmentSize);
        AssertFound(again, [.. keys, .. keys[..10]]);

        void AssertFound(Store store, string[] asked) => Assert.Equal(
            asked.Select(key => (key, values.GetValueOrDefault(key))),
            store.Scope.GetMany(asked).Select(item => (item.Key, TextOf(item))));
    }

    [Fact]
    public async Task GetMany_ValuesOfAllLengths_AreRead()
    {
        using var store = Store.Open(_folder.Path, segmentSize: 8 << 20);
        int[] lengths = [0, 1, 100, 64 << 10, 1, (64 << 10) + 1, 3 << 20, 5, 2 << 20];
        foreach ((int number, int length) in lengths.Index())
        {
            await store.PutRawAsync($"{number}", new byte[length]);
        }

        IEnumerable<StateItem> found = store.Scope.GetMany(lengths.Index().Select(one => $"{one.Index}"));

        Assert.Equal(lengths, found.Select(item => item.Value!.Value.Read().Length));
    }

    [Fact]
    public async Task GetMany_WhileTheLogIsCompacted_FindsEveryValue()
    {
        using var store = Store.Open(_folder.Path, SegmentSize);
        string[] keys = [.. Enumerable.Range(0, 100).Select(i => new Guid(i, 7, 1, new byte[8]).ToString())];
        foreach (string key in keys)
        {
            await store.PutRawAsync(key, Encoding.UTF8.GetBytes(key));
        }

        var writing = Task.Run(async () =>
        {
            for (int i = 0; i < 1_500; i++)
            {
                await store.PutAsync("overwritten", new string('x', 500));
            }
        });
        do
        {
            Assert.Equal(keys, store.Scope.GetMany(keys).Select(TextOf));
        }
        while (!writing.IsCompleted);

        await writing;
        await Eventually.TrueAsync(() => !File.Exists(_folder["00000001.log"]), "the segment that had them goes");
        Assert.Equal(keys, store.Scope.GetMany(keys).Select(TextOf));
    }

    private static string? TextOf(StateItem item) => item.Value is { } found ? Encoding.UTF8.GetString(found.Read().Span) : null;
}
