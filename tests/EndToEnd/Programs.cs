using System.ComponentModel;
using System.Diagnostics;

namespace EndToEnd;

/// <summary>What this machine has besides .NET.</summary>
internal static class Programs
{
    /// <summary>Whether a program can be started by this name.</summary>
    public static bool IsInstalled(string program)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
