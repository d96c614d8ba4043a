using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>Does something to jobs that are named by their ids.</summary>
internal static class EachJob
{
    /// <summary>One after the other; each failure is told, none keeps the others away, and the first one's number is the end's.</summary>
    public static async Task<int> DoAsync(Session session, string[] ids, Func<string, Task> act, CancellationToken stopping)
    {
        int end = ExitCode.Done;
        foreach (string id in ids)
        {
            try
            {
                await act(await JobName.FindAsync(session, id, byWord: false, stopping));
            }
            catch (Exception exception) when (ids.Length > 1 && IsOfOneJob(exception))
            {
                (int code, string text) = Failures.Read(exception);
                session.Messages.Fail($"{id}: {text}");
                end = end == ExitCode.Done ? code : end;
            }
        }

        return end;
    }

    private static bool IsOfOneJob(Exception exception) =>
        exception is UnknownJobException or UsageException
        || (exception is JobOrchestratorException and not JobOrchestratorUnavailableException);
}
