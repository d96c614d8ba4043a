using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs workers</c>: who works, and what waits that nobody asks for.</summary>
internal static class WorkersCommand
{
    public static Command Build(Building build)
    {
        Option<string?> queue = Building.Text("--queue", "Only who asks for this queue or holds its jobs.", "queue");
        Option<bool> uncovered = Building.Switch("--uncovered", "What waits and nobody asks for, instead.");
        return build.Command(
            "workers",
            "Show who works: what each asks for and holds, and when it was last heard of.",
            [queue, uncovered],
            async (session, parsed, stopping) =>
            {
                JobWorkers workers = await session.Operations.WorkersAsync(parsed.GetValue(queue), stopping);
                if (parsed.GetValue(uncovered))
                {
                    session.Results.Write(workers.Uncovered, WorkerShape.Uncovered);
                }
                else
                {
                    session.Results.Write(workers.Workers, WorkerShape.Workers);
                }

                Say(session, workers, parsed.GetValue(uncovered));
                return ExitCode.Done;
            });
    }

    private static void Say(Session session, JobWorkers workers, bool isOfUncovered)
    {
        Standing.SayMissing(session, workers.Missing);
        if (session.Results.Format != OutputFormat.Table)
        {
            return;
        }

        if (isOfUncovered)
        {
            if (workers.Uncovered.Count == 0)
            {
                session.Messages.Say("Somebody asks for everything that waits.");
            }

            return;
        }

        if (workers.Workers.Count == 0)
        {
            session.Messages.Say($"No worker was heard of since {Instants.InWords(workers.WatchedSince)}.");
        }
        else if (workers.Total > workers.Workers.Count)
        {
            session.Messages.Say($"{workers.Workers.Count} of {Screen.Number(workers.Total)} workers; --queue narrows it down.");
        }

        foreach (JobUncovered one in workers.Uncovered)
        {
            session.Messages.Say(
                $"Queue {one.Queue}, type {one.Type}: {Screen.Number(one.Ready)} wait, and nobody has asked for "
                + $"{session.Screen.Age(one.Since)}.");
        }
    }
}
