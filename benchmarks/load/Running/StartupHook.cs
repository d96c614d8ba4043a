using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Pipes;

/// <summary>
/// Is loaded into each process that is driven (DOTNET_STARTUP_HOOKS), whatever it is and of whatever version: says on a pipe of its own
/// what the process has allocated and how long its collector has stopped it.
/// </summary>
[SuppressMessage("Design", "CA1050", Justification = "The runtime looks for a class of this name in no namespace.")]
internal static class StartupHook
{
    /// <summary>The pipe of a process.</summary>
    public static string PipeOf(int process) => string.Create(CultureInfo.InvariantCulture, $"load-{process}");

    public static void Initialize() => new Thread(Serve) { IsBackground = true, Name = "load" }.Start();

    private static void Serve()
    {
        while (true)
        {
            using var pipe = new NamedPipeServerStream(PipeOf(Environment.ProcessId), PipeDirection.Out);
            pipe.WaitForConnection();
            using var writer = new StreamWriter(pipe);
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{GC.GetTotalAllocatedBytes()} {GC.GetTotalPauseDuration().Ticks}"));
        }
    }
}
