using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>Looking at one job: <c>get</c>, <c>why</c>.</summary>
internal static class JobCommands
{
    /// <summary>The reasons for which somebody has to do something.</summary>
    private static readonly HashSet<string> PersonNeeded = ["queue-paused", "no-worker", "store-away", "silent"];

    /// <summary>How a job is named to a command that only looks.</summary>
    public const string Named = "The job's id, the id's beginning, or an externalId or key that one job has.";

    public static IEnumerable<Command> Build(Building build)
    {
        Argument<string> job = Building.Argument("job", Named);
        yield return build.Command(
            "get",
            "Show a job: where it stands, its attempts, its values.",
            [job],
            async (session, parsed, stopping) =>
            {
                session.Results.Write(await FindAsync(session, parsed.GetValue(job)!, stopping), JobShape.Jobs);
                return ExitCode.Done;
            });
        yield return build.Command(
            "why",
            "Say why a job waits, and until about when; of one that has ended, how its time was spent.",
            [job],
            async (session, parsed, stopping) =>
            {
                string id = await JobName.FindAsync(session, parsed.GetValue(job)!, byWord: true, stopping);
                JobWhy why = await session.Jobs.WhyAsync(id, stopping);
                session.Results.Write(why, WhyShape.Why);
                return why.Reasons.Any(reason => PersonNeeded.Contains(reason.Code)) ? ExitCode.NeedsPerson : ExitCode.Done;
            });
    }

    /// <summary>The job by whatever one has of it.</summary>
    /// <exception cref="UnknownJobException">There is none.</exception>
    public static async Task<Job> FindAsync(Session session, string typed, CancellationToken stopping) =>
        await session.Jobs.GetAsync(await JobName.FindAsync(session, typed, byWord: true, stopping), stopping)
        ?? throw new UnknownJobException(typed);
}
