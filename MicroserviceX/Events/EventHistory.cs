using System.Text.Json;
using JobOrchestrator.Sdk;

namespace MicroserviceX.Events;

/// <summary>
/// The last events (1,000 unless <c>EVENTS_KEPT</c> says otherwise), in memory and in a file of one line each, so that a killed process
/// still has them when it is back. The file is shortened when it holds twice as many; when that fails, as on a full disk, it stays as it
/// is and is shortened later.
/// </summary>
internal sealed class EventHistory : IDisposable
{
    /// <summary>How many are kept when <c>EVENTS_KEPT</c> does not say.</summary>
    public const int KeptByDefault = 1_000;

    // Guards the list and the file: the events of different jobs are handled side by side.
    private readonly Lock _lock = new();
    private readonly List<ReceivedEvent> _events = [];
    private readonly string _path;
    private readonly int _kept;
    private FileStream? _file;
    private int _lines;
    private int _shortenAt;

    /// <param name="folder">Where the file is; made when it is not there.</param>
    /// <param name="kept">How many events are kept, 1 or more.</param>
    public EventHistory(string folder, int kept = KeptByDefault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 1);
        MakeFolder(folder);
        _kept = kept;
        _path = Path.Combine(folder, "events.jsonl");
        if (File.Exists(_path))
        {
            foreach (string line in File.ReadLines(_path))
            {
                // A line that a crash cut short was never acknowledged, so its event comes again.
                if (TryRead(line) is { } received)
                {
                    Keep(received);
                }
            }
        }

        Shorten();
    }

    /// <summary>
    /// Keeps an event; what it is by the events that are here. A process that died between keeping one and having it remembered is given
    /// it as new once more, and as new, too, one of the same job that came late and happened before it: the first is a repeat, and the
    /// other stale. A repeat takes no second place: it is counted with the first.
    /// </summary>
    public JobEventDelivery Add(ReceivedEvent received)
    {
        lock (_lock)
        {
            int at = _events.FindIndex(kept => kept.Id == received.Id);
            if (at >= 0)
            {
                _events[at] = _events[at] with { Repeats = _events[at].Repeats + 1 };
                return JobEventDelivery.Repeat;
            }

            if (received.Delivery == JobEventDelivery.Repeat)
            {
                // Of an event that has left the history.
                return JobEventDelivery.Repeat;
            }

            if (_events.Exists(kept => kept.JobId == received.JobId && kept.Sequence > received.Sequence))
            {
                received = received with { Delivery = JobEventDelivery.Stale };
            }

            // One unbuffered write: once this returns, the line survives this process.
            Write(Line(received));
            Keep(received);
            if (++_lines >= _shortenAt)
            {
                TryShorten();
            }

            return received.Delivery;
        }
    }

    /// <summary>The events, newest last.</summary>
    /// <param name="jobId">Only this job's; null means all.</param>
    public List<ReceivedEvent> List(string? jobId)
    {
        lock (_lock)
        {
            return [.. _events.Where(received => jobId is null || received.JobId == jobId)];
        }
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>The whole line or nothing: half of one, on a full disk, would spoil the next that is written behind it.</summary>
    private void Write(byte[] line)
    {
        _file ??= OpenAsItIs();
        long end = _file.Length;
        try
        {
            _file.Write(line);
        }
        catch (IOException)
        {
            _file.SetLength(end);
            throw;
        }
    }

    private void TryShorten()
    {
        try
        {
            Shorten();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The event is kept all the same.
            _shortenAt = _lines + _kept;
        }
    }

    /// <summary>The file that is there stays in use until another has taken its place.</summary>
    private void Shorten()
    {
        FileStream shortened = MakeFile(_path + ".new");
        try
        {
            foreach (ReceivedEvent received in _events)
            {
                shortened.Write(Line(received));
            }

            if (OperatingSystem.IsWindows())
            {
                // Nothing takes the place of a file that is open there.
                _file?.Dispose();
                _file = null;
            }

            File.Move(_path + ".new", _path, overwrite: true);
        }
        catch
        {
            shortened.Dispose();
            throw;
        }

        _file?.Dispose();
        _file = shortened;
        _lines = _events.Count;
        _shortenAt = 2 * _kept;
    }

    private FileStream OpenAsItIs() => new(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    /// <summary>Nobody else reads what is made here. A folder that is there is left as it is.</summary>
    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static FileStream MakeFile(string path)
    {
        // One that is there would keep its mode.
        File.Delete(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,

            // It is given its name while it is open.
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private void Keep(ReceivedEvent received)
    {
        _events.Add(received);
        if (_events.Count > _kept)
        {
            _events.RemoveAt(0);
        }
    }

    private static byte[] Line(ReceivedEvent received) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(received, HistoryJson.Default.ReceivedEvent), (byte)'\n'];

    private static ReceivedEvent? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, HistoryJson.Default.ReceivedEvent);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
