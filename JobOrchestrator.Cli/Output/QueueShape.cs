using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>How queues are written.</summary>
internal static class QueueShape
{
    public static Shape<JobQueue> Queues { get; } = new(
        static (queue, isIndented) => CliJson.Text(queue, isIndented),
        static queue => queue.Name,
        Table);

    private static FittedTable Table(Screen screen, IReadOnlyList<JobQueue> queues)
    {
        FittedTable table = screen.NewTable("QUEUE", "STATE", "READY#", "OLDEST#", "RUNNING#", "SCHEDULED#", "");
        foreach (JobQueue queue in queues)
        {
            table.AddRow(
                screen.Cell(queue.Name),
                queue.Paused ? screen.Cell(screen.IsPlain ? "paused" : "‖ paused", "magenta")
                    : screen.Cell(screen.IsPlain ? "open" : "▶ open", "green"),
                screen.Cell(Screen.Number(queue.Ready)),
                screen.Cell(queue.OldestAgeSeconds is { } age ? Durations.InWords(TimeSpan.FromSeconds(age)) : screen.Dash),
                screen.Cell(Screen.Number(queue.Leased)),
                screen.Cell(Screen.Number(queue.Scheduled)),
                screen.Cell(Pause(screen, queue)));
        }

        return table;
    }

    private static string Pause(Screen screen, JobQueue queue) => !queue.Paused ? "" : string.Join(
        ", ",
        new[]
        {
            queue.PausedBy is { } by ? $"by {by}" : null,
            queue.PausedAt is { } at ? $"{screen.Age(at)} ago" : null,
            queue.PauseReason is { } reason ? $"\"{reason}\"" : null,
        }.Where(part => part is not null));
}
