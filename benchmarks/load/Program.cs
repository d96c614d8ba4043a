using System.Globalization;
using System.Text.Json;
using Load;

Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException problem)
{
    Console.Error.WriteLine(problem.Message);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

var measured = options.Suites.ToDictionary(suite => suite, _ => new List<Figure>());
for (int round = 1; round <= options.Rounds; round++)
{
    foreach (string folder in options.Suites)
    {
        Console.Error.WriteLine($"round {round} of {options.Rounds}: {folder}");
        measured[folder].AddRange(await RoundAsync(folder));
    }
}

Print();
if (options.JsonFile is { } file)
{
    var medians = measured.ToDictionary(
        suite => suite.Key,
        suite => suite.Value.GroupBy(figure => figure.Scenario).ToDictionary(
            scenario => scenario.Key,
            scenario => scenario.GroupBy(
                figure => figure.Name).ToDictionary(name => name.Key, name => Summary.Median(name.Select(figure => figure.Value)))));
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(medians));
}

return 0;

// Each scenario on processes and data of its own, so that none finds what another left.
async Task<List<Figure>> RoundAsync(string folder)
{
    var figures = new List<Figure>();
    foreach (int callers in new[] { 1, 8, 64 })
    {
        await MeasureAsync($"life{callers}", byDefault: true, suite => Lives.RunAsync(suite, callers, options.Warm, options.Seconds));
    }

    await MeasureAsync("million", byDefault: false, suite => Waiting.RunAsync(suite, options.Jobs));
    await MeasureAsync("commit", byDefault: true, suite => CommitCall.RunAsync(suite, options.Warm / 4, options.Seconds / 2));
    return figures;

    async Task MeasureAsync(string scenario, bool byDefault, Func<Suite, Task<IReadOnlyList<Figure>>> run)
    {
        if (options.Only.Count == 0 ? byDefault : options.Only.Contains(scenario))
        {
            await using Suite suite = await Suite.StartAsync(folder);
            figures.AddRange(await run(suite));
        }
    }
}

void Print()
{
    Console.WriteLine($"Medians of {options.Rounds} interleaved rounds, [lowest to highest]; ratios to the first suite.");
    IEnumerable<(string Scenario, string Name)> rows = measured.Values.SelectMany(figures => figures)
        .Select(figure => (figure.Scenario, figure.Name))
        .Distinct();
    foreach ((string scenario, string name) in rows)
    {
        double first = double.NaN;
        var cells = new List<string>();
        foreach (string folder in options.Suites)
        {
            double[] values =
                [.. measured[folder].Where(figure => figure.Scenario == scenario && figure.Name == name).Select(figure => figure.Value)];
            if (values.Length == 0)
            {
                cells.Add("-");
                continue;
            }

            double median = Summary.Median(values);
            string ratio = double.IsNaN(first) ? "" : string.Create(CultureInfo.InvariantCulture, $" x{median / first:0.00}");
            first = double.IsNaN(first) ? median : first;
            cells.Add(string.Create(CultureInfo.InvariantCulture, $"{median:0.##} [{values.Min():0.##} to {values.Max():0.##}]{ratio}"));
        }

        Console.WriteLine($"{scenario,-16} {name,-26} {string.Join("   ", cells)}");
    }
}
