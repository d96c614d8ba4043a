using System.Globalization;
using System.Text;

namespace JobOrchestrator.Sdk;

/// <summary>
/// The memory of one process in a folder: <c>cursor</c>, replaced as a whole, and <c>handled</c>, a line for each event, shortened now and
/// then to the newest ones. A killed process forgets nothing; a machine that loses power may forget its last moments (nothing is synced to
/// disk for each event), and then hands on again what it forgot. What is made here is its owner's alone.
/// </summary>
public sealed class FileJobEventMemory : IJobEventMemory, IDisposable
{
    private readonly string _folder;
    private readonly int _handledMax;
    private readonly Queue<HandledEvent> _newest = new();
    private FileStream? _lock;
    private FileStream? _handled;
    private int _lines;

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
    /// <exception cref="IOException">The folder cannot be used, or another process uses it.</exception>
    public async Task<RememberedEvents> LoadAsync(CancellationToken cancellationToken)
    {
        OwnerOnly.MakeFolder(_folder);
        _lock ??= OwnerOnly.Lock(Path.Combine(_folder, "lock"));
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
        var handled = new HandledEvent(jobId, sequence);
        // One write call and no buffer of our own: the system has the whole line, or the caller hears of it.
        await Opened.WriteAsync(Line(handled), cancellationToken);
        Keep(handled);
        if (++_lines >= 2 * _handledMax)
        {
            await RewriteAsync(cancellationToken);
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

    private FileStream Opened => _handled ?? throw new InvalidOperationException("LoadAsync comes first.");

    private async Task RewriteAsync(CancellationToken cancellationToken)
    {
        var text = new MemoryStream();
        foreach (HandledEvent handled in _newest)
        {
            text.Write(Line(handled));
        }

        await WriteAsync(HandledFile + ".new", text.ToArray(), cancellationToken);
        if (_handled is not null)
        {
            await _handled.DisposeAsync();
        }

        File.Move(HandledFile + ".new", HandledFile, overwrite: true);
        _handled = new FileStream(HandledFile, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _lines = _newest.Count;
    }

    private static async Task WriteAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        await using FileStream file = OwnerOnly.MakeFile(path);
        await file.WriteAsync(bytes, cancellationToken);
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
