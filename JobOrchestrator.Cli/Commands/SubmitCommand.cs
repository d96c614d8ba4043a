using System.CommandLine;
using System.Text.Json;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs submit</c>: one job.</summary>
internal static class SubmitCommand
{
    private static readonly string[] OnDuplicateWords = ["reject", "return", "replace"];

    public static Command Build(Building build)
    {
        Argument<string> type = Building.Argument("type", "The job's type.");
        var input = new Argument<string?>("input")
        {
            Description = "What the worker gets: JSON, @file, or - for standard input. None by default.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> queue = Building.Text("--queue", "Where it waits.", "queue");
        Option<string?> owner = Building.Text("--owner", "The service whose job it is.", "owner");
        Option<string?> externalId = Building.Text("--external-id", "Your own id of it.", "id");
        Option<string?> uniqueKey = Building.Text("--unique-key", "No second live job with it in the queue.", "key");
        Option<string?> idempotencyKey = Building.Text("--idempotency-key", "Two submissions with it make one job.", "key");
        Option<string?> onDuplicate = Building.Choice(
            "--on-duplicate", "What to do when the external id or unique key is taken.", OnDuplicateWords);
        Option<int?> priority = Building.Number("--priority", "Higher first.");
        Option<int?> retries = Building.Number("--retries", "So many attempts more than one.");
        Option<string?> runAt = Building.Text("--run-at", "Not before: an instant, or 2h for in two hours.", "time");
        Option<string?> lease = Building.Time("--lease", "Silence allowed to its worker.");
        Option<string?> timeLimit = Building.Time("--time-limit", "Time allowed in all.");
        Option<string[]> label = LabelOption.Make("--label", "What it is filed under; may be said several times.", "key=value");
        Option<string?> wait = Building.Time("--wait", "Wait so long for its end, and tell how it ended by the exit code.");
        return build.Command(
            "submit",
            "Submit a job.",
            [
                type, input, queue, owner, externalId, uniqueKey, idempotencyKey, onDuplicate, priority, retries, runAt, lease, timeLimit,
                label, wait,
            ],
            async (session, parsed, stopping) =>
            {
                JsonElement? value = await JsonArgument.ReadAsync(parsed.GetValue(input), session.Around.In, stopping);
                TimeSpan? patience = Building.TimeOf(parsed, wait);
                var options = new JobOptions
                {
                    Type = parsed.GetValue(type),
                    Queue = parsed.GetValue(queue),
                    Owner = parsed.GetValue(owner),
                    ExternalId = parsed.GetValue(externalId),
                    UniqueKey = parsed.GetValue(uniqueKey),
                    IdempotencyKey = parsed.GetValue(idempotencyKey),
                    OnDuplicate = Enum.Parse<JobDuplicate>(parsed.GetValue(onDuplicate) ?? "reject", ignoreCase: true),
                    Priority = parsed.GetValue(priority),
                    MaxRetries = parsed.GetValue(retries),
                    RunAt = parsed.GetValue(runAt) is { } at ? Instants.Parse(at, session.Screen.Now, isAhead: true) : null,
                    Lease = Building.TimeOf(parsed, lease),
                    TimeLimit = Building.TimeOf(parsed, timeLimit),
                    Labels = LabelOption.Of(parsed, label) is { Count: > 0 } labels ? labels : null,
                };
                Job job = await session.Jobs.EnqueueAsync(value ?? JsonDocument.Parse("null").RootElement, options, stopping);
                if (patience is { } time)
                {
                    session.Messages.Say($"submitted {job.Id}");
                    return await WaitCommand.FollowAsync(session, job.Id, time, stopping);
                }

                session.Results.Write(job, JobShape.Jobs);
                if (session.Results.Format == OutputFormat.Table)
                {
                    session.Messages.Say($"Follow it: jobs watch {job.Id}");
                }

                return ExitCode.Done;
            });
    }
}
