using System.Globalization;
using JobOrchestrator.Sdk;
using Spectre.Console;

namespace JobOrchestrator.Cli;

/// <summary>How replicas are written.</summary>
internal static class ReplicaShape
{
    public static Shape<JobReplica> Replicas { get; } = new(
        static (replica, isIndented) => CliJson.Text(replica, isIndented),
        static replica => replica.Name,
        Table);

    private static FittedTable Table(Screen screen, IReadOnlyList<JobReplica> replicas)
    {
        FittedTable table = screen.NewTable(
            "REPLICA~", "VERSION~", "SINCE#", "SHARDS~", "LIVE#", "WAITING#", "COMMITS/S#", "P50#", "P99#", "EVENTS#", "OLDEST#", "MB#")
            .LeavesOut("MB", "VERSION", "P50", "SINCE", "COMMITS/S", "LIVE");
        foreach (JobReplica replica in replicas)
        {
            table.AddRow(
                screen.Cell(replica.Name),
                screen.Cell(replica.Version ?? screen.Dash),
                screen.Cell(screen.Age(replica.Since)),
                screen.Cell(string.Join(' ', replica.Shards.Select(shard => $"{shard.Shard}@{shard.Epoch}"))),
                screen.Cell(Screen.Number(replica.Live)),
                screen.Cell(Screen.Number(replica.Waiting)),
                screen.Cell(replica.Commits.PerSecond.ToString("0.#", CultureInfo.InvariantCulture)),
                screen.Cell(Millis(screen, replica.Commits.P50Seconds)),
                screen.Cell(Millis(screen, replica.Commits.P99Seconds)),
                screen.Cell(Screen.Number(replica.Outbox.Pending)),
                screen.Cell(Oldest(screen, replica.Outbox)),
                screen.Cell(Screen.Number(replica.MemoryBytes / (1 << 20))));
        }

        return table;
    }

    private static string Oldest(Screen screen, JobReplicaOutbox outbox) =>
        outbox.Pending == 0 ? screen.Dash : Durations.InWords(TimeSpan.FromSeconds(outbox.OldestSeconds));

    // Commits take milliseconds where all is well; words for people would say 0.0 s.
    private static string Millis(Screen screen, double? seconds) => seconds is { } known
        ? string.Create(CultureInfo.InvariantCulture, $"{known * 1_000:0} ms")
        : screen.Dash;
}
