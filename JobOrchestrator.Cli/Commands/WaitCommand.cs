using System.CommandLine;
using System.Text.Json;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs wait</c>, <c>watch</c> and <c>result</c>: to the end of a job, whose outcome is the exit code.</summary>
internal static class WaitCommand
{
    public static IEnumerable<Command> Build(Building build)
    {
        Argument<string> job = Building.Argument("job", JobCommands.Named);
        Option<string?> timeout = Building.Time("--timeout", "At most so long; without end by default.");
        yield return build.Command(
            "wait",
            "Wait for a job's end and show it.",
            [job, timeout],
            (session, parsed, stopping) =>
                FollowAsync(session, parsed.GetValue(job)!, Building.TimeOf(parsed, timeout), stopping));
        yield return build.Command(
            "watch",
            "Follow a job to its end: a bar in a terminal, a line for each change in a pipe.",
            [job, timeout],
            (session, parsed, stopping) =>
                WatchAsync(session, parsed.GetValue(job)!, Building.TimeOf(parsed, timeout), stopping));
        Option<string?> resultTimeout = Building.Time("--timeout", "Wait at most so long for the job's end; not at all by default.");
        yield return build.Command(
            "result",
            "Write a completed job's result, exactly as its worker wrote it.",
            [job, resultTimeout],
            (session, parsed, stopping) =>
                ResultAsync(session, parsed.GetValue(job)!, Building.TimeOf(parsed, resultTimeout) ?? TimeSpan.Zero, stopping));
    }

    /// <summary>Waits for a job's end and shows it.</summary>
    /// <returns>The outcome as a number.</returns>
    public static async Task<int> FollowAsync(Session session, string id, TimeSpan? atMost, CancellationToken stopping)
    {
        Job job = session.IsLive
            ? await LiveProgress.FollowAsync(session, id, atMost, stopping)
            : await LastAsync(session, id, atMost, static _ => { }, stopping);
        session.Results.Write(job, JobShape.Jobs);
        return Told(session, job);
    }

    /// <summary>Reads a job's changes until it has ended or the time is over; returns the last one seen.</summary>
    public static async Task<Job> LastAsync(
        Session session, string typed, TimeSpan? atMost, Action<Job> seen, CancellationToken stopping)
    {
        Job last = await JobCommands.FindAsync(session, typed, stopping);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        if (atMost is { } time)
        {
            over.CancelAfter(time);
        }

        try
        {
            await foreach (Job job in session.Jobs.WatchAsync(last.Id, over.Token))
            {
                last = job;
                seen(job);
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The time is over: how it stood last is told.
        }

        return last;
    }

    private static async Task<int> WatchAsync(Session session, string id, TimeSpan? atMost, CancellationToken stopping)
    {
        if (session.IsLive)
        {
            return await FollowAsync(session, id, atMost, stopping);
        }

        Job job = await LastAsync(
            session, id, atMost, seen => session.Results.Stream(seen, JobShape.Jobs, JobShape.Line), stopping);
        return Told(session, job);
    }

    private static async Task<int> ResultAsync(Session session, string id, TimeSpan atMost, CancellationToken stopping)
    {
        Job job = atMost > TimeSpan.Zero
            ? await LastAsync(session, id, atMost, static _ => { }, stopping)
            : await JobCommands.FindAsync(session, id, stopping);
        if (job.Status == JobStatus.Completed && job.Result is { } result)
        {
            // To a terminal nothing goes that it would act on; a pipe gets every byte.
            string raw = result.GetRawText();
            session.Results.Line(session.Around.IsOutTerminal ? SafeText.Json(Indented(result)) : raw);
        }
        else if (job is { Result: null, ResultBytes: { } bytes })
        {
            session.Messages.Say($"{job.Id} has a result of {bytes} bytes, and the key may not read payloads (ReadPayload).");
            return ExitCode.NotAllowed;
        }

        return Told(session, job);
    }

    private static string Indented(JsonElement result) => CliJson.Text(result, isIndented: true);

    /// <summary>How the job stands, as a number; what is not well is said beside.</summary>
    private static int Told(Session session, Job job)
    {
        (int code, string? text) = job.Status switch
        {
            JobStatus.Completed => (ExitCode.Done, null),
            JobStatus.Failed => (ExitCode.Failed, $"{job.Id} failed: {job.Error?.Title ?? "no reason was given"}"),
            JobStatus.Cancelled => (ExitCode.Cancelled, $"{job.Id} was cancelled."),
            _ => (ExitCode.StillGoing, $"{job.Id} still goes on ({JobPhase.Of(job, session.Screen.Now).Word})."),
        };
        if (text is not null && session.Results.Format != OutputFormat.Table)
        {
            session.Messages.Say(text);
        }

        return code;
    }
}
