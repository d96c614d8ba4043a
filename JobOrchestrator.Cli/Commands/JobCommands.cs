using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>What is done with jobs by their ids: <c>get</c>, <c>why</c>, <c>cancel</c>, <c>retry</c>, <c>purge</c>.</summary>
internal static class JobCommands
{
    /// <summary>The reasons for which somebody has to do something.</summary>
    private static readonly HashSet<string> PersonNeeded = ["queue-paused", "no-worker", "store-away", "silent"];

    public static IEnumerable<Command> Build(Building build)
    {
        Argument<string> job = Building.Argument("job", "The job's id.");
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
                JobWhy why = await session.Jobs.WhyAsync(parsed.GetValue(job)!, stopping);
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

    /// <exception cref="UnknownJobException">There is none.</exception>
    public static async Task<Job> FindAsync(Session session, string id, CancellationToken stopping) =>
        await session.Jobs.GetAsync(id, stopping) ?? throw new UnknownJobException(id);

    private static Command Each(
        Building build, string name, string description, Func<Session, string, CancellationToken, Task<Job>> act)
    {
        Argument<string[]> jobs = Ids();
        return build.Command(name, description, [jobs], (session, parsed, stopping) => EachAsync(
            session, parsed.GetValue(jobs)!, async id => session.Results.Write(await act(session, id, stopping), JobShape.Jobs)));
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
                return await EachAsync(session, ids, async id =>
                {
                    await session.Jobs.PurgeAsync(id, stopping);
                    session.Messages.Say($"forgot {id}");
                });
            });
    }

    private static Argument<string[]> Ids() =>
        new("job") { Description = "The jobs' ids.", Arity = ArgumentArity.OneOrMore };

    private static string Counted(int count) => count == 1 ? "One job is" : $"{count} jobs are";

    /// <summary>One after the other; each failure is told, none keeps the others away, and the first one's number is the end's.</summary>
    private static async Task<int> EachAsync(Session session, string[] ids, Func<string, Task> act)
    {
        int end = ExitCode.Done;
        foreach (string id in ids)
        {
            try
            {
                await act(id);
            }
            catch (JobOrchestratorException exception) when (ids.Length > 1 && exception is not JobOrchestratorUnavailableException)
            {
                (int code, string text) = Failures.Read(exception);
                session.Messages.Fail($"{id}: {text}");
                end = end == ExitCode.Done ? code : end;
            }
        }

        return end;
    }
}
