using System.Text.Json;

namespace JobOrchestrator.Simulation;

/// <summary>A run that once failed and is kept so that it is run again: a scenario, or a seed.</summary>
/// <param name="Name">The scenario's name, or <c>seed N</c>.</param>
/// <param name="Oracle">What saw it, one of the oracles' names.</param>
/// <param name="Found">A scenario: what was wrong. A seed: on which commit.</param>
/// <param name="Options">What repeats it.</param>
internal sealed record Kept(string Name, string Oracle, string Found, Options Options)
{
    private const char Comment = '#';

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    /// <summary>All scenarios, by name: the files of a folder, each <c>{"oracle", "found", "again": "--seed 14 --only …"}</c>.</summary>
    public static IReadOnlyList<Kept> Scenarios { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Scenarios"), "*.json").Order(StringComparer.Ordinal)
            .Select(path => ReadScenario(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path))),
    ];

    /// <summary>All seeds that once failed, in the order in which they did.</summary>
    public static IReadOnlyList<Kept> Failed { get; } =
        ReadSeeds(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Seeds", "failed.txt")));

    /// <summary>Reads one scenario.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Kept ReadScenario(string name, string json)
    {
        Written? written;
        try
        {
            written = JsonSerializer.Deserialize<Written>(json, Form);
        }
        catch (JsonException exception)
        {
            throw new FormatException($"Scenario {name} is no JSON: {exception.Message}", exception);
        }

        return written is { Oracle: { } oracle, Found: { } found, Again: { } again }
            ? new Kept(name, oracle, found, OneOf(name, again))
            : throw new FormatException($"Scenario {name} needs an oracle, what was found, and the options that run it again.");
    }

    /// <summary>
    /// Reads seeds, one a line: the seed, the commit on which it failed, the oracle, and options; what begins with # says something.
    /// </summary>
    /// <exception cref="FormatException">A line is none.</exception>
    public static IReadOnlyList<Kept> ReadSeeds(IEnumerable<string> lines) =>
    [
        .. from line in lines
           where line.Length > 0 && line[0] != Comment
           let parts = line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries)
           select parts.Length >= 3
               ? new Kept($"seed {parts[0]}", parts[2], parts[1], OneOf(line, $"--seed {string.Join(' ', [parts[0], .. parts[3..]])}"))
               : throw new FormatException($"'{line}' is no seed, commit, oracle and options."),
    ];

    private static Options OneOf(string name, string again)
    {
        var options = Options.Parse(again.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return options.IsOneRun ? options : throw new FormatException($"{name}: '{again}' is not one run.");
    }

    private sealed record Written(string? Oracle, string? Found, string? Again);
}
