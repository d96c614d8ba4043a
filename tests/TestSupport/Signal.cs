using System.ComponentModel;
using System.Runtime.InteropServices;

namespace TestSupport;

/// <summary>A POSIX signal that tests send.</summary>
/// <param name="Name">Its usual name.</param>
/// <param name="Number">Its number on Linux (and, where macOS differs, there).</param>
public sealed record Signal(string Name, int Number)
{
    /// <summary>What Ctrl+C sends.</summary>
    public static Signal Interrupt { get; } = new("SIGINT", 2);

    /// <summary>The end without any chance to tidy up.</summary>
    public static Signal Kill { get; } = new("SIGKILL", 9);

    /// <summary>A polite request to end.</summary>
    public static Signal Terminate { get; } = new("SIGTERM", 15);

    /// <summary>Freezes a process until <see cref="Continue"/>.</summary>
    public static Signal Stop { get; } = new("SIGSTOP", OperatingSystem.IsMacOS() ? 17 : 19);

    /// <summary>Wakes a process frozen by <see cref="Stop"/>.</summary>
    public static Signal Continue { get; } = new("SIGCONT", OperatingSystem.IsMacOS() ? 19 : 18);

    /// <summary>Sends it to one process, or by a negative id to a process group.</summary>
    /// <exception cref="PlatformNotSupportedException">On Windows.</exception>
    /// <exception cref="Win32Exception">There is no such process, or it is not ours.</exception>
    public void SendTo(int processId)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Windows has no signals.");
        }

        if (SendSignal(processId, Number) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{Name} to {processId} failed.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SendSignal(int processId, int signal);
}
