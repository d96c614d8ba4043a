using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>
/// What is done to one job by its id, or to all that a query finds: <c>cancel</c>, <c>retry</c>, <c>purge</c>, <c>move</c>,
/// <c>label</c>.
/// </summary>
internal static class BulkCommands
{
    public static IEnumerable<Command> Build(Building build)
    {
        yield return BuildPlain(
            build,
            JobBulkKind.Cancel,
            "Cancel jobs. One that runs is told to stop.",
            static (session, id, stopping) => session.Jobs.CancelAsync(id, stopping));
        yield return BuildPlain(
            build,
            JobBulkKind.Retry,
            "Run finished jobs again: each makes a new job.",
            static (session, id, stopping) => session.Jobs.RetryAsync(id, stopping));
        yield return BuildPurge(build);
        yield return BuildMove(build);
        yield return BuildLabel(build);
    }

    private static Command BuildPlain(
        Building build, JobBulkKind kind, string description, Func<Session, string, CancellationToken, Task<Job>> one)
    {
        var options = new BulkOptions();
        return build.Command(NameOf(kind), description, options.All, (session, parsed, stopping) => options.QueryOf(parsed) is { } query
            ? Bulk.RunAsync(session, options.Of(parsed, kind, query), options.AgreedOf(parsed), stopping)
            : EachJob.DoAsync(
                session,
                options.IdsOf(parsed),
                async id => session.Results.Write(await one(session, id, stopping), JobShape.Jobs),
                stopping));
    }

    private static Command BuildPurge(Building build)
    {
        var options = new BulkOptions();
        return build.Command(
            "purge",
            "Forget finished jobs, with their inputs and results. That cannot be undone.",
            options.All,
            async (session, parsed, stopping) =>
            {
                if (options.QueryOf(parsed) is { } query)
                {
                    return await Bulk.RunAsync(
                        session, options.Of(parsed, JobBulkKind.Purge, query), options.AgreedOf(parsed), stopping);
                }

                string[] ids = options.IdsOf(parsed);
                await Confirm.OrThrowAsync(
                    session,
                    options.AgreedOf(parsed).Yes,
                    ids.Length,
                    $"{(ids.Length == 1 ? "One job is" : $"{ids.Length} jobs are")} forgotten, with inputs and results.",
                    stopping);
                return await EachJob.DoAsync(
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

    private static Command BuildMove(Building build)
    {
        var options = new BulkOptions();
        Option<string?> to = Building.NotEmpty(Building.Text("--to", "The queue to go to.", "queue"));
        to.Required = true;
        return build.Command(
            "move",
            "Have waiting jobs wait in another queue, one that is stored together with their own.",
            [.. options.All, to],
            (session, parsed, stopping) => options.QueryOf(parsed) is { } query
                ? Bulk.RunAsync(
                    session,
                    options.Of(parsed, JobBulkKind.Move, query) with { Queue = parsed.GetValue(to) },
                    options.AgreedOf(parsed),
                    stopping)
                : EachJob.DoAsync(
                    session,
                    options.IdsOf(parsed),
                    async id => session.Results.Write(
                        await session.Operations.MoveAsync(id, parsed.GetValue(to)!, cancellationToken: stopping), JobShape.Jobs),
                    stopping));
    }

    private static Command BuildLabel(Building build)
    {
        var options = new BulkOptions();
        Option<string[]> set = LabelOption.Make("--set", "A label to set; may be said several times.", "key=value");
        Option<string[]> unset = LabelOption.Make("--unset", "A label to take away; may be said several times.", "key");
        return build.Command(
            "label",
            "Set labels of jobs that have not finished, and take some away.",
            [.. options.All, set, unset],
            (session, parsed, stopping) =>
            {
                var labels = LabelOption.Of(parsed, set).ToDictionary(one => one.Key, one => (string?)one.Value);
                foreach (string key in parsed.GetValue(unset) ?? [])
                {
                    labels[key] = labels.ContainsKey(key) ? throw new UsageException($"The label {key} is said twice.") : null;
                }

                if (labels.Count == 0)
                {
                    throw new UsageException("Say which: --set tenant=42, or --unset draft.");
                }

                return options.QueryOf(parsed) is { } query
                    ? Bulk.RunAsync(
                        session,
                        options.Of(parsed, JobBulkKind.Label, query) with { Labels = labels },
                        options.AgreedOf(parsed),
                        stopping)
                    : EachJob.DoAsync(
                        session,
                        options.IdsOf(parsed),
                        async id => session.Results.Write(
                            await session.Jobs.LabelAsync(id, labels, cancellationToken: stopping), JobShape.Jobs),
                        stopping);
            });
    }

    private static string NameOf(JobBulkKind kind) => kind.ToString().ToLowerInvariant();
}
