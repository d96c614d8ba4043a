using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs changes</c>: a job's events that are still in the feed, and whether the broker took them.</summary>
internal static class ChangesCommand
{
    private const int LimitDefault = 100;

    public static Command Build(Building build)
    {
        Argument<string> job = Building.Argument("job", JobCommands.Named);
        Option<int> limit = Building.Limit(LimitDefault);
        return build.Command(
            "changes",
            "Show a job's events that are still in the feed, as published, and whether the broker took each, and when.",
            [job, limit],
            async (session, parsed, stopping) =>
            {
                int most = Building.MostOf(parsed, limit);

                string id = await JobName.FindAsync(session, parsed.GetValue(job)!, byWord: true, stopping);
                (List<JobChange> changes, long sequence) = await ReadAsync(session, id, most, stopping);
                JobChange[] shown = [.. changes.Take(most)];
                session.Results.Write(shown, ChangeShape.Changes);
                if (changes.Count > most)
                {
                    session.Messages.Say($"{most} of {Screen.Number(sequence)} events, the first that are kept; -n shows more.");
                }
                else if (session.Results.Format == OutputFormat.Table)
                {
                    session.Messages.Say(
                        shown.Length == sequence ? $"{Screen.Number(sequence)} in all"
                        : $"{shown.Length} of {Screen.Number(sequence)} events; the others are no longer kept.");
                }

                return ExitCode.Done;
            });
    }

    /// <summary>Events until there are more than so many or no more. A page that is empty is no end.</summary>
    /// <returns>The events, and how many the job has had.</returns>
    private static async Task<(List<JobChange> Changes, long Sequence)> ReadAsync(
        Session session, string id, int most, CancellationToken stopping)
    {
        List<JobChange> changes = [];
        JobChanges page = await session.Operations.ChangesAsync(id, cancellationToken: stopping);
        changes.AddRange(page.Changes);
        while (page.Next is { } next && changes.Count <= most)
        {
            page = await session.Operations.ChangesAsync(id, next, stopping);
            changes.AddRange(page.Changes);
        }

        return (changes, page.Sequence);
    }
}
