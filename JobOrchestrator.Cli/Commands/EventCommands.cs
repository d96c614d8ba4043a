using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs events tail</c>: the feed as it comes.</summary>
internal static class EventCommands
{
    public static Command Build(Building build)
    {
        Option<string?> owner = Building.Text("--owner", "Only of this owner's jobs.", "owner");
        Option<string?> queue = Building.Text("--queue", "Only of this queue's jobs.", "queue");
        Option<string?> after = Building.Text(
            "--after", "Behind this cursor; oldest: all that are kept. From now on by default.", "cursor");
        var limit = new Option<int?>("--limit", "-n") { Description = "End after so many; 0: never.", HelpName = "number" };
        return Building.Group(
            "events",
            "What becomes of jobs, as it happens.",
            build.Command("tail", "Write events as they come, until Ctrl+C.", [owner, queue, after, limit], (session, parsed, stopping) =>
                TailAsync(
                    session,
                    new JobFeedFilter
                    {
                        Owner = parsed.GetValue(owner),
                        Queue = parsed.GetValue(queue),
                        After = parsed.GetValue(after),
                    },
                    parsed.GetValue(limit) ?? long.MaxValue,
                    stopping)));
    }

    private static async Task<int> TailAsync(Session session, JobFeedFilter filter, long left, CancellationToken stopping)
    {
        if (session.Results.Format == OutputFormat.Table)
        {
            session.Messages.Say("Waiting for events; Ctrl+C ends it.");
        }

        await foreach (JobFeedPage page in session.Feed.ReadAsync(filter, stopping))
        {
            foreach (JobFeedEvent one in page.Events)
            {
                session.Results.Stream(one, EventShape.Events, EventShape.Line);
                if (--left == 0)
                {
                    return ExitCode.Done;
                }
            }
        }

        return ExitCode.Done;
    }
}
