using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs errors</c>: what jobs failed of, and how those of one group are run again.</summary>
internal static class ErrorsCommand
{
    private const int LimitDefault = 20;

    public static Command Build(Building build)
    {
        Option<string?> window = Building.Text("--window", "How far to look back, from 1m to 35d; 24h by default.", "15m|24h|7d");
        Option<string?> queue = Building.Text("--queue", "Only this queue.", "queue");
        Option<string?> type = Building.Text("--type", "Only this type.", "type");
        Option<int> limit = Building.Limit(LimitDefault, " groups");
        return build.Command(
            "errors",
            "Show what jobs failed of lately, in groups of alike errors; -o id writes the query that finds each group's jobs.",
            [window, queue, type, limit],
            async (session, parsed, stopping) =>
            {
                int most = Building.MostOf(parsed, limit);

                JobErrors errors = await session.Operations.ErrorsAsync(
                    Building.TimeOf(parsed, window), parsed.GetValue(queue), parsed.GetValue(type), stopping);
                JobErrorGroup[] shown = [.. errors.Errors.Take(most)];
                session.Results.Write(shown, ErrorShape.Groups);
                Say(session, errors, shown);
                return ExitCode.Done;
            });
    }

    private static void Say(Session session, JobErrors errors, JobErrorGroup[] shown)
    {
        Standing.SayMissing(session, errors.Missing);
        if (errors.Other is > 0 and var other)
        {
            session.Messages.Say($"And {Screen.Number(other)} jobs of other errors, for which there was no group left.");
        }

        if (session.Results.Format != OutputFormat.Table)
        {
            return;
        }

        if (shown.Length == 0)
        {
            session.Messages.Say($"No job has failed since {Instants.InWords(errors.From > errors.Since ? errors.From : errors.Since)}.");
            return;
        }

        if (errors.Errors.Count > shown.Length)
        {
            session.Messages.Say($"{shown.Length} of {errors.Errors.Count} groups; -n shows more.");
        }

        session.Messages.Say($"To run the first group again: jobs retry {TypedLine.Quoted(shown[0].Query)}");
    }
}
