using System.Text;
using LocalSidecar.Errors;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.State;

public sealed class RawValueTests : IDisposable
{
    private const int SegmentSize = 32 << 10;

    // Written by the version before raw values: a = {"b":1, "a":2}, c = "text", n saved and deleted.
    private const string OlderLog =
        "TFNMT0cAAAEBAAAA2BsN/ZTeaoAAAAAAuREGLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFNGTTGRAAAAAQAAAAAAAAAAAAAAAAAAAMt6"
        + "yBCNAAAAAQQAAABqb2JzMAAAAAIAAAABAQAAAGEAAAAAAAAAAHuHXvIIhixCv35iWNTI9UcUAAAADgAAAAEBAAAAbgAAAAAAAAAApP0mC+jctEWll690bcNL"
        + "7QAAAAAAAAAAW3sia2V5IjoiYSIsInZhbHVlIjp7ImIiOjEsICJhIjoyfX0seyJrZXkiOiJuIn1dU0ZNMboAAAACAAAAAAAAAAEAAAAAAAAAItRvwbYAAAAB"
        + "BAAAAGpvYnN5AAAAAgAAAAEBAAAAYwAAAAAAAAAAELS7bCXXb02nKvduJ3uWIUIAAAAGAAAAAgEAAABueyJvcGVyYXRpb25zIjpbeyJvcGVyYXRpb24iOiJ1"
        + "cHNlcnQiLCJyZXF1ZXN0Ijp7ImtleSI6ImMiLCJ2YWx1ZSI6InRleHQifX0seyJvcGVyYXRpb24iOiJkZWxldGUiLCJyZXF1ZXN0Ijp7ImtleSI6Im4ifX1d"
        + "fQ==";

    private static readonly byte[] Spaced = """ { "b": 9007199254740993, "a": 1 } """u8.ToArray();
    private static readonly byte[] Binary = [0, 0xff, 1, 0x80];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RawValue_ComesBackByteForByte_BesideJsonThatIsReencoded()
    {
        using var store = Store.InMemory();

        await store.PutRawAsync("spaced", Spaced);
        await store.PutRawAsync("binary", Binary);
        await store.PutRawAsync("empty", []);
        Assert.Null(await store.SaveAsync($$"""[{"key":"json","value":{{Encoding.UTF8.GetString(Spaced)}}}]"""));

        Assert.Equal(Spaced, store.GetBytes("spaced"));
        Assert.Equal(Binary, store.GetBytes("binary"));
        Assert.Empty(store.GetBytes("empty")!);
        Assert.NotNull(store.Etag("empty"));
        Assert.Equal("""{"a":1,"b":9007199254740992}""", store.Get("json"));
    }

    [Fact]
    public async Task Key_WrittenBothWays_IsReadAsItWasWrittenLast()
    {
        using var store = Store.InMemory();
        await store.PutRawAsync("a", Spaced);

        Assert.Null(await store.SaveAsync($$"""[{"key":"a","value":{ "x": 1 },"etag":"{{store.Etag("a")}}"}]"""));
        string? json = store.Get("a");
        FailureException stale = await Assert.ThrowsAsync<FailureException>(
            () => store.PutRawAsync("a", Binary, Guid.NewGuid().ToString()));
        await store.PutRawAsync("a", Spaced, store.Etag("a"));

        Assert.Equal("""{"x":1}""", json);
        Assert.Equal(FailureKind.StateSaveConflict, stale.Failure.Kind);
        Assert.Equal(Spaced, store.GetBytes("a"));
    }

    [Fact]
    public async Task RawValue_MovedByACompactionAndReadAgainAfterARestart_IsStillRaw()
    {
        string? etag;
        using (var store = Store.Open(_folder.Path, SegmentSize))
        {
            await store.PutRawAsync("raw", Spaced);
            Assert.Null(await store.SaveAsync("""[{"key":"json","value":{ "b": 1, "a": 2 }}]"""));
            etag = store.Etag("raw");
            for (int i = 0; i < 1000; i++)
            {
                await store.PutAsync($"key-{i % 10}", new string('x', 400));
            }

            await Eventually.TrueAsync(() => !File.Exists(_folder["00000001.log"]), "the first segment is gone");
            Assert.Equal(Spaced, store.GetBytes("raw"));
        }

        using var again = Store.Open(_folder.Path, SegmentSize);
        Assert.Equal((Encoding.UTF8.GetString(Spaced), etag), (again.Get("raw"), again.Etag("raw")));
        Assert.Equal("""{"a":2,"b":1}""", again.Get("json"));
    }

    [Fact]
    public async Task OlderLog_IsReadOn_AndTakesRawValues()
    {
        await File.WriteAllBytesAsync(_folder["00000001.log"], Convert.FromBase64String(OlderLog));
        using (var store = Store.Open(_folder.Path))
        {
            Assert.Equal(("""{"a":2,"b":1}""", "\"text\"", 2), (store.Get("a"), store.Get("c"), store.Count));
            Assert.Equal("f25e877b-8608-422c-bf7e-6258d4c8f547", store.Etag("a"));
            await store.PutRawAsync("a", Binary, store.Etag("a"));
        }

        using var again = Store.Open(_folder.Path);
        Assert.Equal(Binary, again.GetBytes("a"));
        Assert.Equal("\"text\"", again.Get("c"));
    }
}
