using JobOrchestrator.Sdk;
using Spectre.Console;

namespace JobOrchestrator.Cli;

/// <summary>What became of a purge.</summary>
/// <param name="Count">Jobs that are forgotten.</param>
internal sealed record Purged(int Count);

/// <summary>How it is written what was done to many jobs at once.</summary>
internal static class ManyShape
{
    public static Shape<JobReplay> Replays { get; } = new(
        static (replay, isIndented) => CliJson.Text(replay, isIndented),
        static replay => $"{replay.Retried}",
        static (screen, all) => new Rows(all.Select(replay => screen.Cell(
            $"{Screen.Number(replay.Retried)} run again"
            + (replay.Skipped > 0 ? $"; {Screen.Number(replay.Skipped)} left, because another job has their key by now" : "")))));

    public static Shape<Purged> Purged { get; } = new(
        static (purged, isIndented) => CliJson.Text(purged, isIndented),
        static purged => $"{purged.Count}",
        static (screen, all) => new Rows(all.Select(purged => screen.Cell($"{Screen.Number(purged.Count)} forgotten"))));
}
