using System.Text.Json;
using System.Text.Json.Nodes;
using Load;

switch (args)
{
    case [Bare.Argument, var port]:
        await Bare.ServeAsync(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case [Worker.Argument, var address]:
        await Worker.WorkAsync(new Uri(address));
        return 0;
}

Options options;
try
{
    options = Options.Parse(args, [.. AllScenarios.Names]);
}
catch (FormatException problem)
{
    Console.Error.WriteLine(problem.Message);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

IReadOnlyList<Scenario> scenarios = AllScenarios.Of(options.Only);
var measured = new Measured();
int failed = 0;
await using BareService bare = await BareService.StartAsync();
await bare.WarmAsync(options.Warm);
if (options.PlotsFolder is { } folder)
{
    await Curves.DrawAsync(options.Suites[0], bare, options, folder);
    return 0;
}

for (int round = 1; round <= options.Rounds; round++)
{
    foreach (string suite in options.Suites)
    {
        foreach (Scenario scenario in scenarios)
        {
            Console.Error.WriteLine($"round {round} of {options.Rounds}: {scenario.Name} of {suite}");
            try
            {
                measured.Add(suite, await scenario.MeasureAsync(suite, bare, options));
            }
            catch (Exception exception)
            {
                // What was measured until now is worth telling.
                failed++;
                Console.Error.WriteLine($"{scenario.Name} of {suite} failed: {exception.Message}");
            }
        }
    }
}

Console.WriteLine($"Medians of {options.Rounds} rounds, [lowest to highest]; ratios to the first suite.");
measured.Print(options.Suites, Console.Out);
if (options.JsonFile is { } file)
{
    var about = new JsonObject
    {
        ["rounds"] = options.Rounds,
        ["seconds"] = options.Seconds,
        ["warm"] = options.Warm,
        ["scale"] = options.Scale,
        ["processors"] = Environment.ProcessorCount,
        ["runtime"] = Environment.Version.ToString(),
    };
    string text = measured.ToJson(options.Suites, about).ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    await File.WriteAllTextAsync(file, text + Environment.NewLine);
}

IReadOnlyList<string> exceeded = options.BoundsFile is { } bounds
    ? Bounds.Check(bounds, measured, options.Suites[^1], [.. scenarios.Select(scenario => scenario.Name)], [.. AllScenarios.Names])
    : [];
foreach (string sentence in exceeded)
{
    Console.Error.WriteLine(sentence);
}

return exceeded.Count > 0 || failed > 0 ? 1 : 0;
