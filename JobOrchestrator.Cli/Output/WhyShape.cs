using JobOrchestrator.Sdk;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace JobOrchestrator.Cli;

/// <summary>How it is written why a job waits: the orchestrator's own sentences.</summary>
internal static class WhyShape
{
    public static Shape<JobWhy> Why { get; } = new(
        static (why, isIndented) => CliJson.Text(why, isIndented),
        static why => why.JobId,
        static (screen, all) => new Rows(all.Select(why => One(screen, why))),
        One);

    private static Rows One(Screen screen, JobWhy why)
    {
        List<IRenderable> parts = [new Text(screen.Safe(why.Text))];
        if (why.NoEstimate is { } none && !why.Text.Contains(none, StringComparison.Ordinal))
        {
            parts.Add(new Text(screen.Safe(none), Style.Parse("dim")));
        }

        if (why.Spent is { } spent)
        {
            parts.Add(screen.Faint(
                $"waited {Durations.InWords(TimeSpan.FromSeconds(spent.Waiting))}, "
                + $"ran {Durations.InWords(TimeSpan.FromSeconds(spent.Running))}, "
                + $"paused {Durations.InWords(TimeSpan.FromSeconds(spent.Pausing))}"));
        }

        if (why.Fix is { } fix)
        {
            parts.Add(screen.Cell($"  {fix}", "bold"));
        }

        return new Rows(parts);
    }
}
