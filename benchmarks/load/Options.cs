using System.Globalization;

namespace Load;

/// <summary>What to measure.</summary>
/// <param name="Suites">
/// Checkouts with a Release build, measured in turn within each round; the first is what others are compared with.
/// </param>
/// <param name="Seconds">How long one scenario runs.</param>
/// <param name="Warm">How long it runs before: a service that is still being compiled costs twice as much.</param>
/// <param name="Rounds">How often all scenarios run; the medians are shown.</param>
/// <param name="Only">The scenarios wanted; empty: all.</param>
/// <param name="Jobs">How many waiting jobs scenario <c>million</c> submits.</param>
/// <param name="JsonFile">Where the figures go as JSON; null: nowhere.</param>
internal sealed record Options(
    IReadOnlyList<string> Suites, double Seconds, double Warm, int Rounds, IReadOnlySet<string> Only, int Jobs, string? JsonFile)
{
    /// <summary>What can be named.</summary>
    public static readonly IReadOnlyList<string> Scenarios = ["life1", "life8", "life64", "million", "commit"];

    public const string Usage = """
        dotnet run -c Release --project benchmarks/load -- [--suite DIR]... [--seconds 6] [--warm 8] [--rounds 5]
            [--only a,b] [--jobs 1000000] [--json FILE]

        Starts LocalSidecar and JobOrchestrator of each suite (this checkout by default) on fresh data, in turn, and drives
        them over loopback.
        Scenarios: life1, life8, life64 (submit, lease, complete by so many callers), million (waiting jobs; off unless named),
        commit (a transaction of 1, 20, 100, 1,000 documents by one caller, over HTTP, and over gRPC where the sidecar serves it).
        """;

    /// <exception cref="FormatException">An argument that is not understood.</exception>
    public static Options Parse(string[] args)
    {
        var options = new Options([], 6, 8, 5, new HashSet<string>(), 1_000_000, null);
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} has no value.");
            options = args[i] switch
            {
                "--suite" => options with { Suites = [.. options.Suites, Path.GetFullPath(value)] },
                "--seconds" => options with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--warm" => options with { Warm = double.Parse(value, CultureInfo.InvariantCulture) },
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--only" => options with { Only = Known(value.Split(',')).ToHashSet() },
                "--jobs" => options with { Jobs = int.Parse(value, CultureInfo.InvariantCulture) },
                "--json" => options with { JsonFile = Path.GetFullPath(value) },
                _ => throw new FormatException($"What is {args[i]}?"),
            };
        }

        return options.Suites.Count > 0 ? options : options with { Suites = [Here()] };
    }

    /// <summary>A name that is none would measure nothing, and look as if it had.</summary>
    private static string[] Known(string[] names) => names.FirstOrDefault(name => !Scenarios.Contains(name)) is { } unknown
        ? throw new FormatException($"There is no scenario {unknown}. There are: {string.Join(", ", Scenarios)}.")
        : names;

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
