using System.Globalization;
using JobOrchestrator.Sdk;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace JobOrchestrator.Cli;

/// <summary>How events are written: as JSON the whole CloudEvent as it came.</summary>
internal static class EventShape
{
    public static Shape<JobFeedEvent> Events { get; } = new(
        static (item, isIndented) => CliJson.Text(item.CloudEvent, isIndented),
        static item => item.Event?.Id ?? "",
        static (screen, items) => new Rows(items.Select(item => Line(screen, item))));

    /// <summary>One event on a line, its columns where those of the others are.</summary>
    public static IRenderable Line(Screen screen, JobFeedEvent item)
    {
        if (item.Event is not { } told)
        {
            return screen.Faint(SafeText.Json(item.CloudEvent.GetRawText()));
        }

        return new FittedLine(
            screen.IsPlain,
            (8, screen.Faint(told.OccurredAt?.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture))),
            (11, Kind(screen, told.Kind)),
            (screen.IsPlain ? 36 : 13, new Text(screen.ShortId(told.JobId))),
            (4, screen.Faint($"#{told.Sequence.ToString(CultureInfo.InvariantCulture)}")),
            (12, screen.Cell(told.Type)),
            (10, screen.Cell(told.Queue)),
            (0, screen.Cell(Said(told), told.Error is null ? "default" : "red")));
    }

    private static string? Said(JobEvent told) =>
        told.Error?.Title
        ?? (told.Progress is { } progress
            ? string.Create(CultureInfo.InvariantCulture, $"{progress.Percent:0} % {progress.Message}")
            : told.Duration is { } duration ? $"in {Durations.InWords(duration)}" : null);

    private static Text Kind(Screen screen, JobEventKind kind)
    {
        (string sign, string colour) = kind switch
        {
            JobEventKind.Created => ("○", "blue"),
            JobEventKind.Updated => ("▶", "cyan"),
            JobEventKind.Completed => ("✓", "green"),
            JobEventKind.Failed => ("✕", "red"),
            JobEventKind.Cancelled => ("⊘", "default"),
        };
        string word = kind.ToString().ToLowerInvariant();
        return screen.Cell(screen.IsPlain ? word : $"{sign} {word}", colour);
    }
}
