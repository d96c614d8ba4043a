using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Sdk;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace JobOrchestrator.Cli;

/// <summary>How jobs are written.</summary>
internal static class JobShape
{
    // Of a value that people only want to recognise.
    private const int ValueMax = 2_000;

    /// <summary>Jobs.</summary>
    public static Shape<Job> Jobs { get; } = new(
        static (job, isIndented) => CliJson.Text(job, isIndented),
        static job => job.Id,
        Table,
        Card);

    /// <summary>One line: where it stands, what it is, and how long it took.</summary>
    public static IRenderable Line(Screen screen, Job job) => new FittedLine(
        screen.IsPlain,
        (0, screen.Phase(JobPhase.Of(job, screen.Now))),
        (0, screen.Cell(job.Type)),
        (0, screen.Faint(job.Id)),
        (0, screen.Faint(Spent(job))),
        (0, screen.Cell(job.Error?.Title, "red")));

    private static FittedTable Table(Screen screen, IReadOnlyList<Job> jobs)
    {
        FittedTable table = screen.NewTable("STATE", "JOB", "TYPE~", "QUEUE~", "AGE", "TRIES", "WORKER / ERROR~")
            .LeavesOut("TRIES", "AGE", "TYPE", "QUEUE");
        foreach (Job job in jobs)
        {
            table.AddRow(
                screen.Phase(JobPhase.Of(job, screen.Now)),
                new Text(screen.ShortId(job.Id)),
                screen.Cell(job.Type),
                screen.Cell(job.Queue),
                screen.Cell(screen.Age(job.CreatedAt)),
                screen.Cell(Tries(job)),
                Said(screen, job));
        }

        return table;
    }

    private static Rows Card(Screen screen, Job job)
    {
        var head = new Grid();
        head.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        head.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        head.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        head.AddRow(
            screen.Phase(JobPhase.Of(job, screen.Now)), screen.Cell(job.Type, "bold"), screen.Faint(Spent(job)));
        List<IRenderable> parts =
        [
            head,
            screen.NewGrid(
            [
                ("id", new Text(screen.Safe(job.Id))),
                ("queue", screen.Cell(job.Queue)),
                ("owner", Optional(screen, job.Owner)),
                ("external id", Optional(screen, job.ExternalId)),
                ("unique key", Optional(screen, job.UniqueKey)),
                ("priority", job.Priority == 0 ? null : screen.Cell(job.Priority.ToString(CultureInfo.InvariantCulture))),
                ("created", job.CreatedAt is { } created ? screen.Cell(screen.When(created)) : null),
                ("not before", job is { IsFinished: false, RunAt: { } runAt } && runAt > screen.Now
                    ? screen.Cell(screen.When(runAt)) : null),
                ("finished", job.FinishedAt is { } finished ? screen.Cell(screen.When(finished)) : null),
                ("kept until", job.ExpiresAt is { } expires ? screen.Faint(Instants.InWords(expires)) : null),
                ("tries", screen.Cell(Tries(job))),
                ("progress", Progress(screen, job)),
                ("retry of", Optional(screen, job.RetryOf)),
                ("retried as", Optional(screen, job.RetriedAs)),
                ("error", job.Error is { } error ? screen.Cell(WholeError(error), "red") : null),
                ("input", Value(screen, job.Input, job.InputBytes)),
                ("state", Value(screen, job.State, job.StateBytes)),
                ("result", Value(screen, job.Result, job.ResultBytes)),
            ]),
        ];
        if (job.Attempts.Count > 0)
        {
            parts.Add(new Padder(Attempts(screen, job), new Padding(2, 0, 0, 0)));
        }

        return new Rows(parts);
    }

    private static FittedTable Attempts(Screen screen, Job job)
    {
        FittedTable table = screen.NewTable("TRY#", "WORKER~", "BEGAN", "RAN#", "END~").LeavesOut("BEGAN");
        foreach (JobAttempt attempt in job.Attempts)
        {
            string end = attempt.Outcome switch
            {
                null => "runs",
                JobAttemptOutcome.LeaseLost => "lease lost",
                JobAttemptOutcome.TimedOut => "timed out",
                JobAttemptOutcome.Refused => "late report, refused",
                { } outcome => outcome.ToString().ToLowerInvariant(),
            };
            table.AddRow(
                screen.Cell(attempt.Number.ToString(CultureInfo.InvariantCulture)),
                screen.Cell(attempt.Worker),
                screen.Faint(attempt.StartedAt is { } began ? $"{screen.Age(began)} ago" : screen.Dash),
                screen.Cell(Ran(screen, attempt)),
                screen.Cell(attempt.Error is { } error ? $"{end}: {error}" : end, Colour(attempt.Outcome)));
        }

        return table;
    }

    private static string Colour(JobAttemptOutcome? outcome) => outcome switch
    {
        null => "cyan",
        JobAttemptOutcome.Completed => "green",
        JobAttemptOutcome.Failed or JobAttemptOutcome.TimedOut => "red",
        JobAttemptOutcome.LeaseLost or JobAttemptOutcome.Refused => "yellow",
        _ => "default",
    };

    private static string Ran(Screen screen, JobAttempt attempt) =>
        attempt is { Outcome: JobAttemptOutcome.Refused } or { StartedAt: null } ? screen.Dash
        : Durations.InWords((attempt.EndedAt ?? screen.Now) - attempt.StartedAt.Value);

    private static Text? Optional(Screen screen, string? text) => text is null ? null : screen.Cell(text);

    private static Text? Value(Screen screen, JsonElement? value, int? bytes)
    {
        if (value is not { } json)
        {
            return bytes is { } unread ? screen.Faint(Unread(unread)) : null;
        }

        string text = SafeText.Json(json.GetRawText());
        return new Text(screen.Safe(text.Length > ValueMax ? text[..ValueMax] + " …" : text));
    }

    private static Text? Progress(Screen screen, Job job) => job.Progress is not { } progress ? null : screen.Cell(
        (progress.Percent is { } percent ? string.Create(CultureInfo.InvariantCulture, $"{percent:0.#} %  ") : "") + progress.Message);

    private static string WholeError(JobError error) =>
        error.Title
        + (error.Type is { } type ? $"  ({type}{(error.Status is { } status ? $", {status}" : "")})" : "")
        + (error.Detail is { } detail ? $"  {SafeText.Json(detail.GetRawText())}" : "")
        + (error.DetailBytes is { } unread ? $"  ({Unread(unread)})" : "");

    private static string Unread(int bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes; your key may not read payloads");

    /// <summary>A worker for what runs, an error for what has one.</summary>
    private static Text Said(Screen screen, Job job) =>
        job.Error is { } error && job.Status != JobStatus.InProgress ? screen.Cell(error.Title, job.IsFinished ? "red" : "yellow")
        : job is { Status: JobStatus.InProgress, LastAttempt: { } attempt }
            ? screen.Cell(string.Join("  ", new[] { attempt.Worker, job.Progress?.Message }.Where(text => text is not null)))
        : screen.Cell("");

    /// <summary>Attempts made, of those there may be.</summary>
    private static string Tries(Job job) => string.Create(
        CultureInfo.InvariantCulture, $"{job.Attempt}{(job.MaxRetries is { } retries ? $" of {retries + 1}" : "")}");

    private static string Spent(Job job) =>
        job is { FinishedAt: { } end, CreatedAt: { } begin }
            ? $"in {Durations.InWords(end - begin)}"
            : "";
}
