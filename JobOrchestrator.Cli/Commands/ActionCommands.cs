using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs actions</c>, <c>jobs undo</c>: what was done to many jobs and to queues, and undoing it.</summary>
internal static class ActionCommands
{
    private const int ShownMax = 20;

    private static readonly string[] Dots = ["…", "..."];

    public static IEnumerable<Command> Build(Building build)
    {
        Option<int?> limit = Building.Number("-n", $"At most so many; {ShownMax} by default, 200 at most.");
        yield return build.Command(
            "actions",
            "Show what was done to many jobs and to queues, the last first: by whom, why, and whether it can be undone.",
            [limit],
            async (session, parsed, stopping) =>
            {
                IReadOnlyList<JobAction> actions =
                    await session.Operations.ActionsAsync(Math.Max(1, parsed.GetValue(limit) ?? ShownMax), stopping);
                session.Results.Write(actions, ActionShape.Actions);
                if (actions.Count == 0 && session.Results.Format == OutputFormat.Table)
                {
                    session.Messages.Say("Nothing was done since the orchestrator began.");
                }

                return ExitCode.Done;
            });

        Argument<string> action = Building.Argument("action", "The action's id, as jobs actions shows it.");
        yield return build.Command(
            "undo",
            "Undo an action: resume or pause a queue, publish its events as before, cancel what a retry made and still waits, move back, "
                + "put labels back.",
            [action],
            async (session, parsed, stopping) =>
            {
                string id = await FindAsync(session, parsed.GetValue(action)!, stopping);
                session.Results.Write(await session.Operations.UndoAsync(id, stopping), ActionShape.Actions);
                return ExitCode.Done;
            });
    }

    /// <summary>The id of the one action that is meant.</summary>
    /// <exception cref="UsageException">It is none, or several.</exception>
    private static async Task<string> FindAsync(Session session, string typed, CancellationToken stopping)
    {
        if (Guid.TryParse(typed, out Guid id))
        {
            return id.ToString();
        }

        string[] halves = typed.Split(Dots, 2, StringSplitOptions.None);
        string end = halves.Length > 1 ? halves[1] : "";
        string[] known =
        [
            .. (await session.Operations.ActionsAsync(cancellationToken: stopping)).Select(action => action.Id)
                .Where(one => one.StartsWith(halves[0], StringComparison.OrdinalIgnoreCase)
                    && one.EndsWith(end, StringComparison.OrdinalIgnoreCase)),
        ];
        return known switch
        {
            [var one] => one,
            [] => throw new UsageException($"No action is known by \"{typed}\". jobs actions shows them."),
            _ => throw new UsageException($"Several actions are known by \"{typed}\". Give more of the id."),
        };
    }
}
