using LocalSidecar.Errors;
using LocalSidecar.Log;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.Log;

public sealed class RecoveryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Segment => _folder["00000001.log"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Restart_AfterWritesAndDeletes_ShowsTheSameValuesAndETags()
    {
        string? etag;
        using (var store = Store.Open(_folder.Path))
        {
            await store.PutAsync("a", "1");
            await store.PutAsync("b", "2");
            await store.PutAsync("a", "3");
            await store.DeleteAsync("b");
            etag = store.Etag("a");
        }

        using var again = Store.Open(_folder.Path);

        Assert.Equal("\"3\"", again.Get("a"));
        Assert.Equal(etag, again.Etag("a"));
        Assert.Null(again.Get("b"));
    }

    [Fact]
    public async Task Start_LogCutAtEveryByte_KeepsExactlyTheWholeCommitsBeforeTheCut()
    {
        var ends = new List<long> { SegmentHeader.Size };
        using (var store = Store.Open(_folder.Path))
        {
            for (int i = 0; i < 4; i++)
            {
                await store.PutAsync($"key-{i}", $"value-{i}");
                ends.Add(End(store));
            }
        }

        byte[] whole = await File.ReadAllBytesAsync(Segment);
        for (int cut = SegmentHeader.Size; cut <= ends[^1]; cut++)
        {
            // What had not reached the disk is zeros, as it was preallocated.
            byte[] torn = whole.AsSpan().ToArray();
            torn.AsSpan(cut).Clear();
            await File.WriteAllBytesAsync(Segment, torn);
            var log = new LogLines();
            using var store = Store.Open(_folder.Path, logger: log);

            int kept = ends.Count(end => end <= cut) - 1;
            Assert.Equal(kept, store.Count);
            Assert.All(Enumerable.Range(0, kept), i => Assert.Equal($"\"value-{i}\"", store.Get($"key-{i}")));
            Assert.Equal(ends.Contains(cut) ? 0 : 1, log.Lines.Count(line => line.Contains("torn tail", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Start_FileShorterThanItWas_KeepsTheWholeCommitsAndTakesNewOnes()
    {
        long end;
        using (var store = Store.Open(_folder.Path))
        {
            await store.PutAsync("a", "1");
            end = End(store);
            await store.PutAsync("b", "2");
        }

        await using (FileStream file = File.OpenWrite(Segment))
        {
            file.SetLength(end + 10);
        }

        using (var store = Store.Open(_folder.Path))
        {
            Assert.Null(store.Get("b"));
            await store.PutAsync("c", "3");
        }

        using var again = Store.Open(_folder.Path);
        Assert.Equal("\"1\"", again.Get("a"));
        Assert.Equal("\"3\"", again.Get("c"));
    }

    [Fact]
    public async Task Write_AfterATornTail_SurvivesTheNextStart()
    {
        long end;
        using (var store = Store.Open(_folder.Path))
        {
            await store.PutAsync("a", "1");
            end = End(store);
            await store.PutAsync("torn", new string('x', 2000));
        }

        Overwrite(end + 100, 0);
        using (var store = Store.Open(_folder.Path))
        {
            await store.PutAsync("b", "2");
        }

        using var again = Store.Open(_folder.Path);
        Assert.Equal(2, again.Count);
        Assert.Equal("\"2\"", again.Get("b"));
    }

    [Fact]
    public async Task Start_EveryByteOfAnEarlierCommitDamagedInTurn_IsRefusedNamingTheFile()
    {
        long start;
        long end;
        using (var store = Store.Open(_folder.Path))
        {
            await store.PutAsync("a", "1");
            start = End(store);
            await store.PutAsync("b", "2");
            end = End(store);
            await store.PutAsync("c", "3");
            await store.PutAsync("d", "4");
        }

        byte[] whole = await File.ReadAllBytesAsync(Segment);
        for (long at = start; at < end; at++)
        {
            byte[] damaged = whole.AsSpan().ToArray();
            damaged[at] ^= 0x40;
            await File.WriteAllBytesAsync(Segment, damaged);

            StartException refusal = Assert.Throws<StartException>(() => Store.Open(_folder.Path));
            Assert.Contains("00000001.log is damaged at byte", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_DamageInASegmentThatIsNotTheLast_IsRefused()
    {
        using (var store = Store.Open(_folder.Path, segmentSize: 8 << 10))
        {
            for (int i = 0; i < 10; i++)
            {
                await store.PutAsync($"key-{i}", new string('x', 1500));
            }
        }

        Overwrite(SegmentHeader.Size + 40, 0xff);

        Assert.Throws<StartException>(() => Store.Open(_folder.Path));
    }

    [Fact]
    public void Start_FolderInUse_IsRefusedWithAHint()
    {
        using var store = Store.Open(_folder.Path);

        StartException refusal = Assert.Throws<StartException>(() => Store.Open(_folder.Path));

        Assert.Contains("in use by another LocalSidecar", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_FolderIsAFile_IsRefused()
    {
        File.WriteAllText(_folder["file"], "");

        StartException refusal = Assert.Throws<StartException>(() => Store.Open(_folder["file"]));

        Assert.Contains(_folder["file"], refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SegmentsBeforeAGap_AreForgotten()
    {
        using (var store = Store.Open(_folder.Path))
        {
            await store.PutAsync("a", "1");
        }

        // A deletion of old segments that a crash cut off: 1 is still there, 2 is gone, 3 is the log.
        File.Copy(Segment, _folder["00000009.log"]);
        byte[] header = new SegmentHeader(9, SegmentHeader.Parse(await File.ReadAllBytesAsync(Segment))!.Value.Salt, 0).ToBytes();
        await using (FileStream file = File.OpenWrite(_folder["00000009.log"]))
        {
            await file.WriteAsync(header);
        }

        using var again = Store.Open(_folder.Path);

        Assert.Equal("\"1\"", again.Get("a"));
        Assert.False(File.Exists(Segment));
    }

    private static long End(Store store)
    {
        lock (store.Ledger.Log.Gate)
        {
            return store.Ledger.Log.Active.End;
        }
    }

    private void Overwrite(long at, byte value)
    {
        using FileStream file = File.OpenWrite(Segment);
        file.Position = at;
        file.Write([value]);
    }
}
