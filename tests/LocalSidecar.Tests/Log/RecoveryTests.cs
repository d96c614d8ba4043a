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

    /// <summary>It ended with a stack trace that named no file.</summary>
    [Theory]
    [InlineData(1, 4_000)]
    [InlineData(3, SegmentHeader.Size)]
    public async Task Start_ASegmentThatIsNotTheLastIsCutShort_IsRefusedNamingIt(int number, int length)
    {
        await WriteSegmentsAsync();
        string file = _folder[$"{number:D8}.log"];
        await using (FileStream cut = File.OpenWrite(file))
        {
            cut.SetLength(length);
        }

        StartException refusal = Assert.Throws<StartException>(() => Store.Open(_folder.Path));

        Assert.Contains($"{number:D8}.log is damaged at byte {length}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(length, new FileInfo(file).Length);
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

    /// <summary>
    /// F27: segments go oldest first, each deletion synced, so one that is missing between others, or at the front though the log knows
    /// of no deletion, was lost with what it held.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Start_ASegmentIsMissing_IsRefusedNamingItAndDeletesNothing(int missing)
    {
        await WriteSegmentsAsync();
        string path = _folder[$"0000000{missing}.log"];
        File.Delete(path);
        string[] before = Files();

        StartException refusal = Assert.Throws<StartException>(() => Store.Open(_folder.Path));

        Assert.Contains($"{path} is missing", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    /// <summary>It was called damaged, and the advice was to start with an empty folder.</summary>
    [Fact]
    public async Task Start_SegmentsOfAnotherVersion_AreRefusedAsSuchAndLeftAsTheyAre()
    {
        await WriteSegmentsAsync();
        await File.WriteAllTextAsync(_folder["next.spare"], "theirs");
        foreach (string path in Files())
        {
            byte[] bytes = await File.ReadAllBytesAsync(path);
            bytes[7] = 2;
            await File.WriteAllBytesAsync(path, bytes);
        }

        string[] before = [.. Directory.GetFiles(_folder.Path)];

        StartException refusal = Assert.Throws<StartException>(() => Store.Open(_folder.Path));

        Assert.Contains("another version of LocalSidecar", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before.Order(StringComparer.Ordinal), Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal));
        Assert.Equal("theirs", await File.ReadAllTextAsync(_folder["next.spare"]));
    }

    /// <summary>Whoever has the folder next makes a segment of that file, and zeros that came later would be in the midst of it.</summary>
    [Fact]
    public void Stop_WhileTheNextFileIsPrepared_LetsTheFolderGoOnceThatIsDone()
    {
        const int SegmentSize = 64 << 20;
        var segments = new DataFolder(_folder.Path, SegmentSize);
        segments.PrepareNext();

        segments.Dispose();

        Assert.Equal(SegmentSize, new FileInfo(_folder["next.spare"]).Length);
    }

    /// <summary>F27: what was deleted in order is not missed.</summary>
    [Fact]
    public async Task Start_OldSegmentsWereDeletedInOrder_IsNotRefused()
    {
        await WriteSegmentsAsync();
        using (var segments = new DataFolder(_folder.Path, 8 << 10))
        {
            foreach ((Segment segment, _) in segments.Found.Take(3))
            {
                segments.Delete(segment);
            }
        }

        using var again = Store.Open(_folder.Path);

        Assert.NotNull(again.Get("key-29"));
        Assert.Equal(_folder["00000004.log"], Files()[0]);
    }

    /// <summary>F27: a crash amid a deletion leaves a segment of which the log knows already that it goes.</summary>
    [Fact]
    public async Task Start_ADeletionWasCutOff_FinishesIt()
    {
        await WriteSegmentsAsync();
        byte[] first = await File.ReadAllBytesAsync(Segment);
        using (var segments = new DataFolder(_folder.Path, 8 << 10))
        {
            segments.Delete(segments.Found[0].Item1);
        }

        await File.WriteAllBytesAsync(Segment, first);

        using var again = Store.Open(_folder.Path);

        Assert.False(File.Exists(Segment));
        Assert.NotNull(again.Get("key-29"));
    }

    /// <summary>F27: folders of before, whose headers name no oldest segment, start as they did, but for a gap.</summary>
    [Fact]
    public async Task Start_HeadersThatNameNoOldest_MissNoneAtTheFrontAndRefuseAGap()
    {
        await WriteSegmentsAsync();
        foreach (string file in Files())
        {
            await using FileStream header = File.OpenWrite(file);
            header.Position = 28;
            header.Write(new byte[8]);
        }

        File.Delete(Segment);
        using (Store.Open(_folder.Path))
        {
            Assert.Equal(_folder["00000002.log"], Files()[0]);
        }

        File.Delete(_folder["00000003.log"]);
        Assert.Throws<StartException>(() => Store.Open(_folder.Path));
    }

    /// <summary>Some six segments, none of which compaction would touch.</summary>
    private async Task WriteSegmentsAsync()
    {
        using var store = Store.Open(_folder.Path, segmentSize: 8 << 10);
        for (int i = 0; i < 30; i++)
        {
            await store.PutAsync($"key-{i}", new string('x', 1500));
        }
    }

    private string[] Files() => [.. Directory.GetFiles(_folder.Path, "*.log").Order(StringComparer.Ordinal)];

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
