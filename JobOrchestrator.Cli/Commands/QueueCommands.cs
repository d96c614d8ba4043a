using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs queues …</c>: what waits where, and what to do about all of it.</summary>
internal static class QueueCommands
{
    private static readonly string[] Statuses = ["failed", "cancelled", "completed"];

    public static Command Build(Building build)
    {
        Argument<string> queue = Building.Argument("queue", "The queue.");
        Option<string?> reason = Building.NotEmpty(Building.Text("--reason", "Why, for whoever finds it paused."));
        return Building.Group(
            "queues",
            "Queues in numbers; pause, resume, replay and purge them, choose their events.",
            build.Command("ls", "All queues.", [], static async (session, _, stopping) =>
            {
                IReadOnlyList<JobQueue> queues = await session.Jobs.ListQueuesAsync(stopping);
                if (session.Results.Format == OutputFormat.Id)
                {
                    session.Results.Write([.. queues.Select(queue => new KnownQueue(queue))], QueueShape.Queues);
                    return ExitCode.Done;
                }

                await WriteKnownAsync(session, queues, stopping);
                if (queues.Count == 0 && session.Results.Format == OutputFormat.Table)
                {
                    session.Messages.Say("No queue has had a job lately or is paused.");
                }

                return ExitCode.Done;
            }),
            build.Command("show", "One queue.", [queue], async (session, parsed, stopping) =>
            {
                JobQueue one = await session.Jobs.GetQueueAsync(parsed.GetValue(queue)!, stopping);
                session.Results.Write((await KnownQueues.FindAsync(session, [one], stopping)).Queues[0], QueueShape.Queues);
                QueueEvents.Say(session, one);
                return ExitCode.Done;
            }),
            build.Command("pause", "Hand out nothing more from a queue.", [queue, reason], (session, parsed, stopping) =>
                WriteAsync(session, parsed.GetValue(reason) is { } why
                    ? session.Jobs.PauseQueueAsync(parsed.GetValue(queue)!, why, stopping)
                    : session.Jobs.PauseQueueAsync(parsed.GetValue(queue)!, stopping))),
            build.Command("resume", "Hand out from a queue again.", [queue], (session, parsed, stopping) =>
                WriteAsync(session, session.Jobs.ResumeQueueAsync(parsed.GetValue(queue)!, stopping))),
            QueueEvents.Build(build),
            Many(build, "replay", "Run a queue's dead letters again: each makes a new job.", isPurge: false),
            Many(build, "purge", "Forget a queue's finished jobs. That cannot be undone.", isPurge: true));
    }

    private static async Task<int> WriteAsync(Session session, Task<JobQueue> queue)
    {
        session.Results.Write(new KnownQueue(await queue), QueueShape.Queues);
        return ExitCode.Done;
    }

    private static async Task WriteKnownAsync(Session session, IReadOnlyList<JobQueue> queues, CancellationToken stopping)
    {
        if (queues.Count == 0)
        {
            session.Results.Write(Array.Empty<KnownQueue>(), QueueShape.Queues);
            return;
        }

        KnownQueues known = await KnownQueues.FindAsync(session, queues, stopping);
        session.Results.Write(known.Queues, QueueShape.Queues);
        Standing.SayMissing(session, known.Missing);
        if (known.FlowsMost is { } most && session.Results.Format == OutputFormat.Table)
        {
            session.Messages.Say($"In, out and failed are told of the {most} busiest queues of the last hour.");
        }
    }

    private static Command Many(Building build, string name, string description, bool isPurge)
    {
        Argument<string> queue = Building.Argument("queue", "The queue.");
        Option<string?> status = Building.Choice("--status", "Which: failed (the dead letters) by default.", Statuses);
        Option<string?> type = Building.Text("--type", "Only this type.", "type");
        Option<string?> owner = Building.Text("--owner", "Only this owner's.", "owner");
        Option<int?> limit = Building.Number("--limit", "At most so many.");
        Option<bool> yes = Confirm.Option();
        Option<int?> expect = Building.Number("--expect", "Do nothing unless so many are meant.");
        return build.Command(
            name,
            description,
            [queue, status, type, owner, limit, yes, expect],
            async (session, parsed, stopping) =>
            {
                string of = parsed.GetValue(queue)!;
                var filter = new FinishedJobFilter
                {
                    Status = parsed.GetValue(status) is { } word ? Enum.Parse<JobStatus>(word, ignoreCase: true) : JobStatus.Failed,
                    Type = parsed.GetValue(type),
                    Owner = parsed.GetValue(owner),
                    Limit = parsed.GetValue(limit),

                    // What ends while somebody thinks it over is not meant.
                    CreatedBefore = session.Screen.Now,
                };
                int count = await CountAsync(session, of, filter, stopping);
                if (parsed.GetValue(expect) is { } expected && expected != count)
                {
                    session.Messages.Fail($"{count} are meant, not {expected}. Nothing was done.");
                    return ExitCode.Otherwise;
                }

                if (count == 0)
                {
                    session.Messages.Say("None is so. Nothing was done.");
                    return ExitCode.Done;
                }

                string effect = isPurge
                    ? $"{Screen.Number(count)} {Word(filter.Status)} jobs of {of} are forgotten, with inputs and results."
                    : $"{Screen.Number(count)} {Word(filter.Status)} jobs of {of} run again: that makes {Screen.Number(count)} new jobs.";
                await Confirm.OrThrowAsync(session, parsed.GetValue(yes), count, effect, stopping);
                await ActAsync(session, of, filter, isPurge, stopping);
                return ExitCode.Done;
            });
    }

    private static string Word(JobStatus status) => status.ToString().ToLowerInvariant();

    private static async Task ActAsync(
        Session session, string queue, FinishedJobFilter filter, bool isPurge, CancellationToken stopping)
    {
        if (isPurge)
        {
            int purged = await session.Jobs.PurgeQueueAsync(queue, filter, stopping);
            session.Results.Write(new Purged(purged), ManyShape.Purged);
        }
        else
        {
            session.Results.Write(await session.Jobs.RetryQueueAsync(queue, filter, stopping), ManyShape.Replays);
        }
    }

    private static async Task<int> CountAsync(Session session, string queue, FinishedJobFilter filter, CancellationToken stopping)
    {
        int count = 0;
        var which = new JobFilter
        {
            Queue = queue,
            Status = filter.Status,
            Type = filter.Type,
            Owner = filter.Owner,
            CreatedBefore = filter.CreatedBefore,
            PageSize = 500,
        };
        await foreach (Job _ in session.Jobs.ListAsync(which, stopping))
        {
            if (++count == filter.Limit)
            {
                break;
            }
        }

        return count;
    }
}
