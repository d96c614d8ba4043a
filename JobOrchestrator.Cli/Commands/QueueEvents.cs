using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs queues events</c>: which events of a queue's jobs the broker gets.</summary>
internal static class QueueEvents
{
    private const string All = "all";
    private const string None = "none";

    private static readonly string[] Words = [.. EventWords.All, All, None];

    public static Command Build(Building build)
    {
        Argument<string> queue = Building.Argument("queue", "The queue.");
        var kinds = new Argument<string[]>("kind")
        {
            Description = $"The kinds to publish: {string.Join(", ", Words[..^2])}; or {All}, or {None}.",
            Arity = ArgumentArity.OneOrMore,
        };
        kinds.CompletionSources.Add([.. Words]);
        kinds.Validators.Add(result => Building.Among(Words, result, "A kind"));
        return build.Command(
            "events",
            "Choose which events of a queue's jobs the broker gets, of those that happen from now on; the feed has every kind.",
            [queue, kinds],
            async (session, parsed, stopping) =>
            {
                JobQueue chosen = await session.Jobs.ChooseQueueEventsAsync(
                    parsed.GetValue(queue)!, Of(parsed.GetValue(kinds)!), stopping);
                session.Results.Write(new KnownQueue(chosen), QueueShape.Queues);
                Say(session, chosen);
                return ExitCode.Done;
            });
    }

    /// <summary>Tells people which events of a queue are published, where not all are.</summary>
    public static void Say(Session session, JobQueue queue)
    {
        if (queue.Events is { } kinds && session.Results.Format == OutputFormat.Table)
        {
            session.Messages.Say($"Of its jobs' events the broker gets: {EventWords.InALine(kinds)}. The feed has every kind.");
        }
    }

    /// <exception cref="UsageException">All or none, and others.</exception>
    private static JobEventKind[] Of(IReadOnlyList<string> typed)
    {
        string[] words = [.. typed.Select(word => word.ToLowerInvariant()).Distinct()];
        return words switch
        {
            [All] => Enum.GetValues<JobEventKind>(),
            [None] => [],
            _ when words.Intersect([All, None]).FirstOrDefault() is { } alone => throw new UsageException($"\"{alone}\" stands alone."),
            _ => [.. words.Select(word => Enum.Parse<JobEventKind>(word, ignoreCase: true))],
        };
    }
}
