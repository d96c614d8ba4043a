using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LocalSidecar.Log;

/// <summary>Makes written bytes and changed folders survive a power cut.</summary>
internal static partial class DiskSync
{
    private const int Interrupted = 4;

    /// <summary>
    /// Syncs a file's content. On Linux without its times (fdatasync), which spares the journal a write when the length has not changed.
    /// </summary>
    public static void Data(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
        }
        else
        {
            while (FileDataSync(file) != 0)
            {
                if (Marshal.GetLastPInvokeError() != Interrupted)
                {
                    throw new IOException(new Win32Exception(Marshal.GetLastPInvokeError()).Message);
                }
            }
        }
    }

    /// <summary>Syncs the names in a folder, after a file was created, renamed or deleted. Windows keeps them by itself.</summary>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using SafeFileHandle folder = Open(path, 0);
        if (folder.IsInvalid || FileSync(folder) != 0)
        {
            throw new IOException(new Win32Exception(Marshal.GetLastPInvokeError()).Message);
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FileDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle file);

    // .NET refuses to open a folder as a file.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
