using System.Runtime.Versioning;
using EndToEnd;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Events;

public sealed class FileJobEventMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Load_NothingThere_RemembersNothing()
    {
        using var memory = new FileJobEventMemory(_folder["new"]);

        RememberedEvents remembered = await memory.LoadAsync(CancellationToken.None);

        Assert.Null(remembered.Cursor);
        Assert.Empty(remembered.Handled);
    }

    [Fact]
    public async Task Load_AfterARestart_RemembersCursorAndEvents()
    {
        using (FileJobEventMemory before = await LoadedAsync())
        {
            await before.AddHandledAsync("a", 1, CancellationToken.None);
            await before.AddHandledAsync("b", 7, CancellationToken.None);
            await before.MoveCursorAsync("MDox", CancellationToken.None);
            await before.AddHandledAsync("a", 2, CancellationToken.None);
        }

        using var after = new FileJobEventMemory(_folder.Path);
        RememberedEvents remembered = await after.LoadAsync(CancellationToken.None);

        Assert.Equal("MDox", remembered.Cursor);
        Assert.Equal([new HandledEvent("a", 1), new HandledEvent("b", 7), new HandledEvent("a", 2)], remembered.Handled);
    }

    [Fact]
    public async Task Load_LastLineCutShort_ForgetsThatEventOnly()
    {
        using (FileJobEventMemory before = await LoadedAsync())
        {
            await before.AddHandledAsync("a", 1, CancellationToken.None);
        }

        await File.AppendAllTextAsync(_folder["handled"], "12");
        using var after = new FileJobEventMemory(_folder.Path);
        RememberedEvents remembered = await after.LoadAsync(CancellationToken.None);
        await after.AddHandledAsync("b", 2, CancellationToken.None);

        Assert.Equal([new HandledEvent("a", 1)], remembered.Handled);
        Assert.Equal(["1 a", "2 b"], await ReadLinesAsync());
    }

    [Fact]
    public async Task AddHandled_ManyEvents_KeepsTheFileBounded()
    {
        using FileJobEventMemory memory = await LoadedAsync(handledMax: 10);
        for (int sequence = 1; sequence <= 105; sequence++)
        {
            await memory.AddHandledAsync("a", sequence, CancellationToken.None);
        }

        string[] lines = await ReadLinesAsync();
        Assert.InRange(lines.Length, 10, 20);
        Assert.Equal("105 a", lines[^1]);
    }

    [Fact]
    public async Task Load_FolderInUse_Throws()
    {
        using FileJobEventMemory first = await LoadedAsync();
        using var second = new FileJobEventMemory(_folder.Path);

        IOException inUse = await Assert.ThrowsAnyAsync<IOException>(() => second.LoadAsync(CancellationToken.None));
        Assert.Contains(_folder.Path, inUse.Message, StringComparison.Ordinal);
    }

    /// <summary>What cannot be shortened is written on: the event is remembered, and its handler not called again.</summary>
    [Fact]
    public async Task AddHandled_FileCannotBeShortened_RemembersAllTheSame()
    {
        using (FileJobEventMemory memory = await LoadedAsync(handledMax: 2))
        {
            Directory.CreateDirectory(_folder["handled.new/inside"]);
            for (int sequence = 1; sequence <= 9; sequence++)
            {
                await memory.AddHandledAsync("a", sequence, CancellationToken.None);
            }

            Assert.Equal(9, (await ReadLinesAsync()).Length);
            Directory.Delete(_folder["handled.new"], recursive: true);
            for (int sequence = 10; sequence <= 14; sequence++)
            {
                await memory.AddHandledAsync("a", sequence, CancellationToken.None);
            }
        }

        Assert.InRange((await ReadLinesAsync()).Length, 2, 4);
        Assert.Equal("14 a", (await ReadLinesAsync())[^1]);
    }

    /// <summary>The old file was closed and the new one not open: nothing was ever remembered again.</summary>
    [UnixFact]
    public async Task AddHandled_NewFileCannotTakeTheOldOnesPlace_RemembersAgainOnceItCan()
    {
        using FileJobEventMemory memory = await LoadedAsync(handledMax: 2);
        await memory.AddHandledAsync("a", 1, CancellationToken.None);
        File.Delete(_folder["handled"]);
        Directory.CreateDirectory(_folder["handled/inside"]);
        for (int sequence = 2; sequence <= 4; sequence++)
        {
            await memory.AddHandledAsync("a", sequence, CancellationToken.None);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => memory.AddHandledAsync("a", 5, CancellationToken.None));
        Directory.Delete(_folder["handled"], recursive: true);
        await memory.AddHandledAsync("a", 5, CancellationToken.None);

        Assert.Equal(["3 a", "4 a", "5 a"], await ReadLinesAsync());
    }

    /// <summary>L4: every user of the machine could read it.</summary>
    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task Files_OfAMemoryThatWasReadable_AreTheOwnersAlone()
    {
        UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string folder = _folder["a/new"];
        for (int life = 0; life < 2; life++)
        {
            using var memory = new FileJobEventMemory(folder);
            await memory.LoadAsync(CancellationToken.None);
            await memory.AddHandledAsync("a", 1, CancellationToken.None);
            await memory.MoveCursorAsync("MDox", CancellationToken.None);

            Assert.Equal(mine | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
            foreach (string name in new[] { "handled", "cursor", "lock" })
            {
                Assert.Equal(mine, File.GetUnixFileMode(Path.Combine(folder, name)));
            }

            foreach (string name in new[] { "handled", "cursor" })
            {
                string left = Path.Combine(folder, name + ".new");
                await File.WriteAllTextAsync(left, "of a process that was killed");
                File.SetUnixFileMode(left, mine | UnixFileMode.OtherRead);
            }
        }
    }

    private async Task<FileJobEventMemory> LoadedAsync(int handledMax = 100)
    {
        var memory = new FileJobEventMemory(_folder.Path, handledMax);
        await memory.LoadAsync(CancellationToken.None);
        return memory;
    }

    private async Task<string[]> ReadLinesAsync()
    {
        // Shared, because the memory has it open.
        await using var file = new FileStream(_folder["handled"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
