using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>What is done with jobs by their ids: <c>get</c>, <c>why</c>, <c>cancel</c>, <c>retry</c>, <c>purge</c>.</summary>
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
        yield return Each(
            build,
            "cancel",
            "Cancel jobs. One that runs is told to stop.",
            static (session, id, stopping) => session.Jobs.CancelAsync(id, stopping));
        yield return Each(
            build,
            "retry",
            "Run finished jobs again: each makes a new job.",
            static (session, id, stopping) => session.Jobs.RetryAsync(id, stopping));
        yield return BuildPurge(build);
    }

    /// <summary>The job by whatever one has of it.</summary>
    /// <exception cref="UnknownJobException">There is none.</exception>
    public static async Task<Job> FindAsync(Session session, string typed, CancellationToken stopping) =>
        await session.Jobs.GetAsync(await JobName.FindAsync(session, typed, byWord: true, stopping), stopping)
        ?? throw new UnknownJobException(typed);

    private static Command Each(
        Building build, string name, string description, Func<Session, string, CancellationToken, Task<Job>> act)
    {
        Argument<string[]> jobs = Ids();
        return build.Command(name, description, [jobs], (session, parsed, stopping) => EachAsync(
            session,
            parsed.GetValue(jobs)!,
            async id => session.Results.Write(await act(session, id, stopping), JobShape.Jobs),
            stopping));
    }

    private static Command BuildPurge(Building build)
    {
        Argument<string[]> jobs = Ids();
        Option<bool> yes = Confirm.Option();
        return build.Command(
            "purge",
            "Forget finished jobs, with their inputs and results. That cannot be undone.",
            [jobs, yes],
            async (session, parsed, stopping) =>
            {
                string[] ids = parsed.GetValue(jobs)!;
                await Confirm.OrThrowAsync(
                    session, parsed.GetValue(yes), ids.Length, $"{Counted(ids.Length)} forgotten, with inputs and results.", stopping);
                return await EachAsync(
                    session,
                    ids,
                    async id =>
                    {
                        await session.Jobs.PurgeAsync(id, stopping);
                        session.Messages.Say($"forgot {id}");
                    },
                    stopping);
            });
    }

    private static Argument<string[]> Ids() =>
        new("job") { Description = "The jobs' ids, or beginnings that one id has.", Arity = ArgumentArity.OneOrMore };

    private static string Counted(int count) => count == 1 ? "One job is" : $"{count} jobs are";

    /// <summary>One after the other; each failure is told, none keeps the others away, and the first one's number is the end's.</summary>
    private static async Task<int> EachAsync(Session session, string[] ids, Func<string, Task> act, CancellationToken stopping)
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
