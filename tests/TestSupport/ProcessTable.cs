using System.Diagnostics;

namespace TestSupport;

/// <summary>What the system says about processes.</summary>
public static class ProcessTable
{
    /// <summary>Whether a process of this id runs; one that has ended but was not yet collected by its parent does not.</summary>
    public static bool IsRunning(int processId)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                // "pid (name) state …": the name may hold anything, so the state is looked for after its last bracket.
                string status = File.ReadAllText($"/proc/{processId}/stat");
                return status[(status.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
            }
            catch (IOException)
            {
                return false;
            }
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
