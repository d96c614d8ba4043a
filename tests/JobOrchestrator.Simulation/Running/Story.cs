using System.Globalization;
using System.Text;

namespace JobOrchestrator.Simulation;

/// <summary>What happened in a seed that failed, for a person who reads it.</summary>
internal static class Story
{
    private const int LaneWidth = 10;
    private const string Command = "dotnet run -c Release --project tests/JobOrchestrator.Simulation --";

    /// <summary>The whole of it.</summary>
    /// <param name="run">The seed.</param>
    /// <param name="lines">How many of the last lines are shown; of those before, the faults alone.</param>
    public static string Of(SeedRun run, int lines)
    {
        var story = new StringBuilder();
        story.AppendLine(Heading(run));
        int skipped = run.Trace.Notes.Count - lines;
        int number = 0;
        foreach (Note note in run.Trace.Notes)
        {
            string? text = number++ >= skipped ? note.Text.ToString() : FaultIn(note);
            if (text is not null)
            {
                story.AppendLine(CultureInfo.InvariantCulture, $" {Time(note.At)}  {(note.Lane?.Name ?? "").PadRight(LaneWidth)} {text}");
            }
        }

        if (run.Failure is { } failure)
        {
            story.AppendLine(CultureInfo.InvariantCulture, $" {Time(failure.At)}  ✗ {failure.Oracle}: {failure.Text}");
        }

        story.Append(CultureInfo.InvariantCulture, $"again: {Command} {run.Again}");
        return story.ToString();
    }

    /// <summary>One line about a seed.</summary>
    public static string Heading(SeedRun run)
    {
        Swarm swarm = run.Swarm;
        string what = $"{run.Again[2..]}  {swarm.Store.Name} · {Count(swarm.Replicas, "replica")}"
            + $" · {Count(swarm.Settings.Shards ?? 1, "shard")} · {swarm.Settings.OperationsMax} operations"
            + $" · {Count(swarm.Faults.Count, "kind")} of faults";
        string nemeses = swarm.Nemeses.Count > 0 ? $" · {string.Join(", ", swarm.Nemeses)}" : "";
        string end = run.Failure is { } failure
            ? $"{failure.Oracle} at step {failure.Step.ToString("N0", CultureInfo.InvariantCulture)} · {Time(failure.At)}"
            : $"passed · {run.Trace.Count.ToString("N0", CultureInfo.InvariantCulture)} steps · {Time(run.Length.Ticks)}";
        return $"{what}{nemeses}    {end} · hash {run.Trace.Hash:x16}";
    }

    private static string? FaultIn(Note note) =>
        note.Text is string text && text.StartsWith("fault ", StringComparison.Ordinal) ? text : null;

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Time(long ticks) => new TimeSpan(ticks).ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture);
}
