using System.Globalization;
using JobOrchestrator.Sdk;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace JobOrchestrator.Cli;

/// <summary>How a count is written. What was not counted to its end is never given as a number alone.</summary>
internal static class CountShape
{
    public static Shape<JobCount> Counts { get; } = new(
        static (count, isIndented) => CliJson.Text(count, isIndented),
        static count => count.Count.ToString(CultureInfo.InvariantCulture),
        static (screen, counts) => new Rows(counts.Select(count => One(screen, count))),
        One);

    /// <summary>The number: <c>214</c>, or <c>10,000+</c> where there may be more.</summary>
    public static string Number(JobCount count) => Screen.Number(count.Count) + (count.Exact ? "" : "+");

    private static Rows One(Screen screen, JobCount count)
    {
        List<IRenderable> rows =
        [
            screen.Cell($"{Number(count)} {(count is { Count: 1, Exact: true } ? "job" : "jobs")}", "bold"),
            .. count.ByPhase.Select(of => screen.Cell(
                $"  {Screen.Number(of.Value)} {of.Key.ToLowerInvariant()}", JobPhase.Named(of.Key)?.Colour ?? "default")),
        ];
        if (count is { Oldest: { } oldest, Newest: { } newest })
        {
            rows.Add(screen.Faint($"  created {screen.Age(oldest)} to {screen.Age(newest)} ago"));
        }

        if (!count.Exact)
        {
            rows.Add(screen.Faint("  Counting stops at 10,000, and when it takes too long: there are at least so many."));
        }

        return new Rows(rows);
    }
}
