using JobOrchestrator.Sdk;
using Spectre.Console;

namespace JobOrchestrator.Cli;

/// <summary>A job's way to its end as a bar that moves, on a terminal that can draw over what it has drawn.</summary>
internal static class LiveProgress
{
    /// <summary>Follows a job.</summary>
    /// <returns>The job as last seen.</returns>
    public static Task<Job> FollowAsync(Session session, string id, TimeSpan? atMost, CancellationToken stopping) =>
        session.Console.Progress()
            .AutoClear(true)
            .HideCompleted(false)
            .Columns(
                new SpinnerColumn(Spinner.Known.Dots), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(),
                new ElapsedTimeColumn())
            .StartAsync(async drawn =>
            {
                ProgressTask bar = drawn.AddTask(Markup.Escape(id), maxValue: 100);
                bar.IsIndeterminate = true;
                return await WaitCommand.LastAsync(session, id, atMost, job => Draw(bar, session.Screen, job), stopping);
            });

    private static void Draw(ProgressTask bar, Screen screen, Job job)
    {
        var phase = JobPhase.Of(job, screen.Now);
        string tries = job.Attempt > 1 ? $"  attempt {job.Attempt}" : "";
        string worker = job is { Status: JobStatus.InProgress, LastAttempt.Worker: { } name } ? $"  {name}" : "";
        string said = job.Progress?.Message is { } message ? $"  {message}" : "";
        bar.Description = $"[{phase.Colour}]{phase.Sign} {phase.Word}[/]  "
            + Markup.Escape(screen.Safe($"{job.Type}{tries}{worker}{said}"));
        if (job.Progress?.Percent is { } percent)
        {
            bar.IsIndeterminate = false;
            bar.Value = percent;
        }
    }
}
