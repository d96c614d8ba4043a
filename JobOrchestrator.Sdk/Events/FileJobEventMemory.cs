using System.Globalization;
using System.Text;

namespace JobOrchestrator.Sdk;

/// <summary>
/// The memory of one process in a folder: <c>cursor</c>, replaced as a whole, and <c>handled</c>, a line for each event, shortened now and
/// then to the newest ones. A killed process forgets nothing; a machine that loses power may forget its last moments (nothing is synced to
/// disk for each event, only what takes a file's place), and then hands on again what it forgot. What is made here is its owner's alone.
/// </summary>
public sealed class FileJobEventMemory : IJobEventMemory, IDisposable
{
    private readonly string _folder;
    private readonly int _handledMax;
    private readonly Queue<HandledEvent> _newest = new();
    private FileStream? _lock;

    // Null until it is loaded, and when it could not be opened or repaired: the next event then has it written anew.
    private LineFile? _handled;
    private int _lines;
    private int _linesMax;

    /// <summary>A memory in a folder.</summary>
    /// <param name="folder">The folder; made when it is not there, for its owner alone. One process at a time.</param>
    /// <param name="handledMax">How many handled events are kept, at least; the file grows to twice as many.</param>
    public FileJobEventMemory(string folder, int handledMax = 100_000)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(handledMax, 1);
        (_folder, _handledMax) = (folder, handledMax);
    }

    private string CursorFile => Path.Combine(_folder, "cursor");

    private string HandledFile => Path.Combine(_folder, "handled");

    /// <inheritdoc/>
    /// <exception cref="IOException">The folder cannot be used, or another process uses it; it is named.</exception>
    public async Task<RememberedEvents> LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            OwnerOnly.MakeFolder(_folder);
            _lock ??= Lock();
            return await ReadAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException) and not FolderInUseException)
        {
            throw new IOException(
                $"The folder {Path.GetFullPath(_folder)} cannot be used. Jobs:Events:Folder names another, RememberWith<…>() a memory "
                    + "elsewhere.",
                exception);
        }
    }

    private FileStream Lock()
    {
        try
        {
            return OwnerOnly.Lock(Path.Combine(_folder, "lock"));
        }
        catch (IOException exception) when (FolderInUseException.IsReason(exception))
        {
            throw new FolderInUseException(Path.GetFullPath(_folder), exception);
        }
    }

    private async Task<RememberedEvents> ReadAsync(CancellationToken cancellationToken)
    {
        _newest.Clear();
        string cursor = File.Exists(CursorFile) ? (await File.ReadAllTextAsync(CursorFile, cancellationToken)).Trim() : "";
        if (File.Exists(HandledFile))
        {
            await foreach (string line in File.ReadLinesAsync(HandledFile, cancellationToken))
            {
                // A line that a crash cut short is an event that was not remembered.
                if (TryParse(line, out HandledEvent handled))
                {
                    Keep(handled);
                }
            }
        }

        await RewriteAsync(cancellationToken);
        return new RememberedEvents(cursor.Length == 0 ? null : cursor, [.. _newest]);
    }

    /// <inheritdoc/>
    public async Task AddHandledAsync(string jobId, long sequence, CancellationToken cancellationToken)
    {
        if (_lock is null)
        {
            throw new InvalidOperationException("LoadAsync comes first.");
        }

        if (_handled is null)
        {
            await RewriteAsync(cancellationToken);
        }

        var handled = new HandledEvent(jobId, sequence);
        await _handled!.AppendAsync(Line(handled), cancellationToken);
        Keep(handled);
        if (++_lines >= _linesMax)
        {
            await ShortenAsync();
        }
    }

    /// <inheritdoc/>
    public async Task MoveCursorAsync(string cursor, CancellationToken cancellationToken)
    {
        await WriteAsync(CursorFile + ".new", Encoding.UTF8.GetBytes(cursor), cancellationToken);
        File.Move(CursorFile + ".new", CursorFile, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _handled?.Dispose();
        _lock?.Dispose();
    }

    /// <summary>The event that it comes with is remembered, whatever becomes of this: it has no way to fail.</summary>
    private async Task ShortenAsync()
    {
        try
        {
            await RewriteAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A full disk, most likely. All that is lost is room; it is tried again after as many events more.
            _linesMax = _lines + _handledMax;
        }
    }

    private async Task RewriteAsync(CancellationToken cancellationToken)
    {
        var text = new MemoryStream();
        foreach (HandledEvent handled in _newest)
        {
            text.Write(Line(handled));
        }

        await WriteAsync(HandledFile + ".new", text.ToArray(), cancellationToken);
        // Windows moves nothing over an open file. From here to the end it is closed, and what fails is made good by the next event.
        _handled?.Dispose();
        _handled = null;
        File.Move(HandledFile + ".new", HandledFile, overwrite: true);
        _handled = new LineFile(new FileStream(HandledFile, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0));
        (_lines, _linesMax) = (_newest.Count, 2 * _handledMax);
    }

    /// <summary>On the disk before it takes another's place: after a loss of power it would be there, and empty.</summary>
    private static async Task WriteAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        await using FileStream file = OwnerOnly.MakeFile(path);
        await file.WriteAsync(bytes, cancellationToken);
        file.Flush(flushToDisk: true);
    }

    private void Keep(HandledEvent handled)
    {
        _newest.Enqueue(handled);
        while (_newest.Count > _handledMax)
        {
            _newest.Dequeue();
        }
    }

    private static byte[] Line(HandledEvent handled) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{handled.Sequence} {handled.JobId}\n"));

    private static bool TryParse(string line, out HandledEvent handled)
    {
        int blank = line.IndexOf(' ', StringComparison.Ordinal);
        if (blank <= 0 || blank == line.Length - 1
            || !long.TryParse(line.AsSpan(0, blank), NumberStyles.None, CultureInfo.InvariantCulture, out long sequence))
        {
            handled = default;
            return false;
        }

        handled = new HandledEvent(line[(blank + 1)..], sequence);
        return true;
    }
}
