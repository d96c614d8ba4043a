using JobOrchestrator.Sdk;

namespace EndToEnd.Worker;

/// <summary>
/// One line of standard output for each thing that happens to an attempt. A line that is out stays, whatever becomes of the process.
/// </summary>
internal static class Journal
{
    /// <summary>Writes "journal {job id} {attempt} {what}".</summary>
    public static void Write(JobContext context, string what) =>
        Console.Out.WriteLine($"journal {context.JobId} {context.Attempt} {what}");
}
