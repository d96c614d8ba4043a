using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>A worker by hand: <c>lease</c>, <c>heartbeat</c>, <c>complete</c>, <c>fail</c>, <c>release</c>.</summary>
internal static class LeaseCommands
{
    public static IEnumerable<Command> Build(Building build)
    {
        yield return BuildLease(build);
        Argument<string> job = Building.Argument("job", "The job's id.");
        Option<string?> token = Building.NotEmpty(Building.Text("--token", "The lease token that came with the job.", "token"));
        token.Required = true;
        yield return BuildHeartbeat(build, job, token);
        yield return BuildComplete(build, job, token);
        yield return BuildFail(build, job, token);
        Option<string?> delay = Building.Time("--delay", "It rests so long before anyone gets it.");
        yield return build.Command(
            "release",
            "Give a leased job back to its queue; the attempt is not spent.",
            [job, token, delay],
            async (session, parsed, stopping) => Wrote(session, await session.Leases.ReleaseAsync(
                parsed.GetValue(job)!, parsed.GetValue(token)!, Building.TimeOf(parsed, delay), stopping)));
    }

    private static Command BuildLease(Building build)
    {
        Argument<string> queue = Building.Argument("queue", "The queue.");
        Option<string?> worker = Building.Text("--worker", "Your name in the job's attempts; jobs@host by default.", "name");
        var max = new Option<int>("--max", "-n")
        {
            Description = "At most so many jobs.",
            HelpName = "number",
            DefaultValueFactory = static _ => 1,
        };
        Option<string?> wait = Building.Time("--wait", "Wait so long for a first one.");
        var types = new Option<string[]>("--type") { Description = "Only this type; several by naming it again.", HelpName = "type" };
        return build.Command(
            "lease",
            "Take jobs from a queue, to work them by hand.",
            [queue, worker, max, wait, types],
            async (session, parsed, stopping) =>
            {
                IReadOnlyList<JobLease> leases = await session.Leases.LeaseAsync(
                    parsed.GetValue(queue)!,
                    new JobLeaseRequest(parsed.GetValue(worker) ?? $"jobs@{Environment.MachineName}")
                    {
                        Max = parsed.GetValue(max),
                        Wait = Building.TimeOf(parsed, wait) ?? TimeSpan.Zero,
                        Types = parsed.GetValue(types) is { Length: > 0 } named ? named : null,
                    },
                    stopping);
                session.Results.Write(leases, LeaseShape.Leases);
                if (leases.Count == 0)
                {
                    session.Messages.Say("No job came.");
                    return ExitCode.NotFound;
                }

                return ExitCode.Done;
            });
    }

    private static Command BuildHeartbeat(Building build, Argument<string> job, Option<string?> token)
    {
        var percent = new Option<double?>("--percent") { Description = "How far it is, 0 to 100.", HelpName = "number" };
        Option<string?> message = Building.Text("--message", "What it does just now.");
        Option<string?> state = Building.Text("--state", "A checkpoint: JSON, @file, or - for standard input.", "json");
        return build.Command(
            "heartbeat",
            "Extend the lease of a job; may tell how far it is, or save a checkpoint.",
            [job, token, percent, message, state],
            async (session, parsed, stopping) =>
            {
                bool isProgress = parsed.GetValue(percent) is not null || parsed.GetValue(message) is not null;
                string id = parsed.GetValue(job)!;
                JobHeartbeat beat = await session.Leases.HeartbeatAsync(
                    id,
                    parsed.GetValue(token)!,
                    isProgress ? new JobProgress(parsed.GetValue(percent), parsed.GetValue(message)) : null,
                    await JsonArgument.ReadAsync(parsed.GetValue(state), session.Around.In, stopping),
                    stopping);
                session.Results.Write((id, beat), StandingShape.Heartbeats);
                return beat.CancelRequested ? ExitCode.Cancelled : ExitCode.Done;
            });
    }

    private static Command BuildComplete(Building build, Argument<string> job, Option<string?> token)
    {
        var result = new Argument<string?>("result")
        {
            Description = "JSON, @file, or - for standard input. None by default.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return build.Command(
            "complete",
            "End a leased job with success.",
            [job, result, token],
            async (session, parsed, stopping) => Wrote(session, await session.Leases.CompleteAsync(
                parsed.GetValue(job)!,
                parsed.GetValue(token)!,
                await JsonArgument.ReadAsync(parsed.GetValue(result), session.Around.In, stopping),
                stopping)));
    }

    private static Command BuildFail(Building build, Argument<string> job, Option<string?> token)
    {
        Argument<string> error = Building.Argument("error", "What went wrong, in one line.");
        Option<string?> type = Building.Text("--error-type", "The kind of error.", "type");
        Option<bool> permanently = Building.Switch("--permanently", "Trying again cannot help, however many retries are left.");
        return build.Command(
            "fail",
            "End the attempt at a leased job with an error.",
            [job, error, token, type, permanently],
            async (session, parsed, stopping) => Wrote(session, await session.Leases.FailAsync(
                parsed.GetValue(job)!,
                parsed.GetValue(token)!,
                new JobError(parsed.GetValue(error)!, parsed.GetValue(type)),
                retry: !parsed.GetValue(permanently),
                stopping)));
    }

    private static int Wrote(Session session, JobStanding standing)
    {
        session.Results.Write(standing, StandingShape.Standings);
        return ExitCode.Done;
    }
}
