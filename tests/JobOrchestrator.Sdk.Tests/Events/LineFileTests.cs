namespace JobOrchestrator.Sdk.Tests.Events;

/// <summary>What a full disk leaves of a line was glued to the next one, and both were forgotten.</summary>
public sealed class LineFileTests
{
    [Fact]
    public async Task Append_DiskFullInTheMiddle_LeavesNothingOfTheLine()
    {
        var disk = new FullDisk();
        using var file = new LineFile(disk);
        await file.AppendAsync("1 a\n"u8.ToArray(), CancellationToken.None);
        disk.IsFull = true;

        await Assert.ThrowsAsync<IOException>(() => file.AppendAsync("2 a\n"u8.ToArray(), CancellationToken.None));
        disk.IsFull = false;
        await file.AppendAsync("3 a\n"u8.ToArray(), CancellationToken.None);

        Assert.Equal("1 a\n3 a\n"u8.ToArray(), disk.ToArray());
    }

    private sealed class FullDisk : MemoryStream
    {
        public bool IsFull { get; set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await base.WriteAsync(IsFull ? buffer[..2] : buffer, cancellationToken);
            if (IsFull)
            {
                throw new IOException("No space left on device.");
            }
        }
    }
}
