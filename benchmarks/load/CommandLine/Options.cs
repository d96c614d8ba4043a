using System.Globalization;

namespace Load;

/// <summary>What to measure.</summary>
/// <param name="Suites">
/// Checkouts with a Release build, measured in turn within each round; the first is what others are compared with.
/// </param>
/// <param name="Seconds">How long one scenario runs.</param>
/// <param name="Warm">How long it runs before: a service that is still being compiled costs twice as much.</param>
/// <param name="Rounds">How often all scenarios run; the medians are shown.</param>
/// <param name="Only">The scenarios wanted; empty: all that are measured unless they are named.</param>
/// <param name="Scale">How much of the full number of jobs and waits the large scenarios have.</param>
/// <param name="JsonFile">Where the figures go as JSON; null: nowhere.</param>
/// <param name="BoundsFile">Figures that may not be exceeded; null: none.</param>
/// <param name="PlotsFolder">Where plots go, of the first checkout, in place of the scenarios; null: none are made.</param>
/// <param name="Settings">Settings of LocalSidecar and JobOrchestrator, as environment variables, for trials.</param>
internal sealed record Options(
    IReadOnlyList<string> Suites,
    double Seconds,
    double Warm,
    int Rounds,
    IReadOnlySet<string> Only,
    double Scale,
    string? JsonFile,
    string? BoundsFile,
    string? PlotsFolder,
    IReadOnlyList<(string Name, string Value)> Settings)
{
    public const string Usage = """
        dotnet run -c Release --project benchmarks/load -- [--suite DIR]... [--seconds 6] [--warm 10] [--rounds 5]
            [--only a,b] [--scale 1] [--json FILE] [--bounds FILE] [--plots FOLDER] [--set NAME=VALUE]...

        Starts LocalSidecar and JobOrchestrator of each suite (this checkout by default) on fresh data, in turn, and drives
        them over loopback; in the same minute an ASP.NET Core service that only reads and answers, and the disk alone.
        --scale 0.01 makes the large scenarios a hundredth of their size; --set Store__Shards=8 sets something of
        JobOrchestrator's, --set LOCAL_TRANSACTIONS=redis of LocalSidecar's; --bounds ends with 1 if a figure of the last
        suite is over its bound; --plots draws throughput and latency against callers, cost and memory against waiting
        jobs, in place of the scenarios.
        """;

    /// <param name="args">The command line.</param>
    /// <param name="scenarios">The names that there are.</param>
    /// <exception cref="FormatException">An argument that is not understood.</exception>
    public static Options Parse(string[] args, IReadOnlyCollection<string> scenarios)
    {
        var options = new Options([], 6, 10, 5, new HashSet<string>(), 1, null, null, null, []);
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} has no value.");
            options = args[i] switch
            {
                "--suite" => options with { Suites = [.. options.Suites, Path.GetFullPath(value)] },
                "--seconds" => options with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--warm" => options with { Warm = double.Parse(value, CultureInfo.InvariantCulture) },
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--only" => options with { Only = Known(value.Split(','), scenarios).ToHashSet() },
                "--scale" => options with { Scale = double.Parse(value, CultureInfo.InvariantCulture) },
                "--json" => options with { JsonFile = Path.GetFullPath(value) },
                "--bounds" => options with { BoundsFile = Path.GetFullPath(value) },
                "--plots" => options with { PlotsFolder = Path.GetFullPath(value) },
                "--set" => options with { Settings = [.. options.Settings, Setting(value)] },
                _ => throw new FormatException($"What is {args[i]}?"),
            };
        }

        return options.Suites.Count > 0 ? options : options with { Suites = [Here()] };
    }

    /// <summary>So many of what a large scenario has at full size, at least some.</summary>
    public int Scaled(int full) => Math.Max((int)(full * Scale), 100);

    /// <summary>A name that is none would measure nothing, and look as if it had.</summary>
    private static string[] Known(string[] names, IReadOnlyCollection<string> scenarios) =>
        names.FirstOrDefault(name => !scenarios.Contains(name)) is { } unknown
            ? throw new FormatException($"There is no scenario {unknown}. There are: {string.Join(", ", scenarios)}.")
            : names;

    private static (string Name, string Value) Setting(string text) => text.IndexOf('=', StringComparison.Ordinal) is var at and > 0
        ? (text[..at], text[(at + 1)..])
        : throw new FormatException($"--set {text} is no NAME=VALUE.");

    private static string Here()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "JobOrchestrator.sln")))
        {
            folder = folder.Parent ?? throw new FormatException("Not inside a checkout: name one with --suite.");
        }

        return folder.FullName;
    }
}
