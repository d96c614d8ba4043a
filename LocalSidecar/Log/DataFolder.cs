using System.Globalization;
using System.Security.Cryptography;
using JobOrchestrator.Sdk;
using LocalSidecar.Errors;
using Microsoft.Win32.SafeHandles;

namespace LocalSidecar.Log;

/// <summary>
/// Segments in a folder: <c>00000001.log</c>, <c>00000002.log</c>, … and a prepared <c>next.spare</c>. A file gets
/// its <c>.log</c> name only once its header is on the disk; the folder itself is synced after every change of names.
/// Segments go oldest first, and only after the newest header says so: one that is missing otherwise is a loss, and refused.
/// One process at a time: the file <c>lock</c> is held open. What is made here is its owner's alone (L4).
/// </summary>
internal sealed class DataFolder : SegmentStore
{
    private readonly string _folder;
    private readonly FileStream _lock;
    private readonly List<(Segment, int?)> _found = [];
    private Task<SafeFileHandle>? _spare;
    private SafeFileHandle? _reserved;

    // The log's writer makes segments while its cleaner deletes others.
    private readonly Lock _gate = new(); // guards the two below
    private FileSegment? _newest;
    private int _oldest;

    /// <exception cref="StartException">The folder cannot be used, is in use by another process, or holds a damaged header.</exception>
    public DataFolder(string folder, int segmentSize = 32 << 20)
    {
        _folder = Path.GetFullPath(folder);
        SegmentSize = segmentSize;
        try
        {
            OwnerOnly.MakeFolder(_folder);
            _lock = TakeLock();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The data folder {_folder} cannot be used: {problem.Message}");
        }

        try
        {
            Open();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw new StartException($"The data folder {_folder} cannot be used: {problem.Message}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override int SegmentSize { get; }

    public override bool Durable => true;

    public override IReadOnlyList<(Segment, int?)> Found => _found;

    private string SparePath => Path.Combine(_folder, "next.spare");

    public override void Reserve(int length)
    {
        _reserved?.Dispose();
        _reserved = null;
        _reserved = TakeSpare(length);
    }

    public override Segment Create(int id, int previousEnd, int length)
    {
        SafeFileHandle handle = _reserved ?? TakeSpare(length);
        _reserved = null;
        try
        {
            string path = PathOf(id);
            ulong salt = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
            lock (_gate)
            {
                _oldest = _oldest == 0 ? id : _oldest;
                RandomAccess.Write(handle, new SegmentHeader(id, salt, previousEnd, _oldest).ToBytes(), 0);
                DiskSync.Data(handle);
                File.Move(SparePath, path, overwrite: true);
                DiskSync.Folder(_folder);
                return _newest = new FileSegment(id, length, path, handle) { Salt = salt };
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public override void PrepareNext() => _spare ??= Task.Run(() => Preallocate(SegmentSize));

    public override void Delete(Segment segment)
    {
        string path = ((FileSegment)segment).Path;
        lock (_gate)
        {
            _oldest = segment.Id + 1;
            _newest!.Write(SegmentHeader.OldestBytes(_newest.Salt, _oldest), SegmentHeader.OldestOffset);
            _newest.Flush();
        }

        segment.Dispose();
        File.Delete(path);

        // Before the next one goes: a folder that lost a later segment but kept an earlier one would bring deleted keys back.
        DiskSync.Folder(_folder);
    }

    public override void Dispose()
    {
        foreach ((Segment segment, int? _) in _found)
        {
            segment.Dispose();
        }

        _reserved?.Dispose();
        try
        {
            // Before the lock goes: whoever takes the folder next makes a segment of that file, and this one would write zeros into it.
            _spare?.GetAwaiter().GetResult().Dispose();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // It could not be prepared, a full disk perhaps: there is none.
        }

        _lock.Dispose();
    }

    private string PathOf(int id) => Path.Combine(_folder, id.ToString("D8", CultureInfo.InvariantCulture) + ".log");

    private FileStream TakeLock()
    {
        try
        {
            return OwnerOnly.Lock(Path.Combine(_folder, "lock"));
        }
        catch (IOException problem) when (IsHeldOpen(problem))
        {
            throw new StartException(
                $"The data folder {_folder} is in use by another LocalSidecar. Stop that one, or choose another folder with --data.");
        }
    }

    /// <summary>Whether another process has the file, rather than that the disk is full or read-only.</summary>
    private static bool IsHeldOpen(IOException problem)
    {
        const int SharingViolation = unchecked((int)0x80070020);
        const int WouldBlock = 11;
        const int WouldBlockOnMac = 35;
        return problem.HResult
            == (OperatingSystem.IsWindows() ? SharingViolation : OperatingSystem.IsMacOS() ? WouldBlockOnMac : WouldBlock);
    }

    private SafeFileHandle TakeSpare(int length)
    {
        Task<SafeFileHandle>? spare = _spare;
        _spare = null;
        if (spare is not null)
        {
            // A spare that failed (a full disk, say) is tried once more below.
            try
            {
                SafeFileHandle prepared = spare.GetAwaiter().GetResult();
                if (length == SegmentSize)
                {
                    return prepared;
                }

                prepared.Dispose();
            }
            catch (IOException)
            {
                File.Delete(SparePath);
            }
        }

        return Preallocate(length);
    }

    private SafeFileHandle Preallocate(int length)
    {
        OwnerOnly.MakeFile(SparePath).Dispose();
        SafeFileHandle handle = File.OpenHandle(SparePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            // Written, not merely reserved: blocks that were only reserved cost every later sync a journal entry.
            byte[] zeros = new byte[1 << 20];
            for (int offset = 0; offset < length; offset += zeros.Length)
            {
                RandomAccess.Write(handle, zeros.AsSpan(0, Math.Min(zeros.Length, length - offset)), offset);
            }

            DiskSync.Data(handle);
            return handle;
        }
        catch
        {
            // A half-written spare would keep a full disk full.
            handle.Dispose();
            File.Delete(SparePath);
            throw;
        }
    }

    private void Open()
    {
        var files = Directory.GetFiles(_folder, "*.log")
            .Select(path => (Path: path, Id: int.TryParse(
                Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : -1))
            .Where(file => file.Id > 0)
            .OrderByDescending(file => file.Id)
            .ToList();

        // Newest first: each header says where the segment before it ends.
        int? end = null;
        foreach ((string path, int id) in files)
        {
            SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            int length = (int)RandomAccess.GetLength(handle);
            byte[] bytes = new byte[Math.Min(length, SegmentHeader.Size)];
            RandomAccess.Read(handle, bytes, 0);
            var segment = new FileSegment(id, length, path, handle);
            _found.Insert(0, (segment, end));
            if (SegmentHeader.IsOfAnotherVersion(bytes))
            {
                throw new StartException(
                    $"{path} was written by another version of LocalSidecar, in a format that this one does not read. Start that version "
                        + "again, or choose another folder with --data; this one is left as it is.");
            }

            if (SegmentHeader.Parse(bytes) is not { } header || header.Id != id)
            {
                throw new StartException($"{path} has a damaged header. Restore the data folder from a copy, or start with an empty one.");
            }

            CloseToOthers(handle);
            segment.Salt = header.Salt;
            end = header.PreviousEnd;
            _oldest = Math.Max(_oldest, header.Oldest);
        }

        RequireAll();

        // Only now: a folder that is refused is left as it is.
        File.Delete(SparePath);
    }

    /// <summary>Refuses to go on without a segment that should be there, and finishes deletions that a crash cut off.</summary>
    private void RequireAll()
    {
        if (_found.Count == 0)
        {
            return;
        }

        _newest = (FileSegment)_found[^1].Item1;
        _oldest = _oldest == 0 ? _found[0].Item1.Id : _oldest;
        HashSet<int> there = [.. _found.Select(static found => found.Item1.Id)];
        for (int id = _oldest; id < _newest.Id; id++)
        {
            if (!there.Contains(id))
            {
                throw new StartException(
                    $"{PathOf(id)} is missing, and with it what was stored there. Restore the data folder from a copy, or start with an "
                        + "empty one.");
            }
        }

        foreach ((Segment going, _) in _found.Where(found => found.Item1.Id < _oldest).ToList())
        {
            _found.RemoveAt(0);
            going.Dispose();
            File.Delete(((FileSegment)going).Path);
        }
    }

    /// <summary>Takes the others' rights in a file of ours that an earlier version left readable.</summary>
    private static void CloseToOthers(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            // Another user's, shared with this one on purpose; or a file system without modes.
        }
    }
}
