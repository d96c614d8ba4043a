using System.Globalization;
using System.Text.Json.Nodes;

namespace Load;

/// <summary>All figures of all rounds, by the checkout that they are of.</summary>
internal sealed class Measured
{
    private readonly List<(string Suite, Figure Figure)> _all = [];

    public void Add(string suite, IEnumerable<Figure> figures) =>
        _all.AddRange(figures.Where(figure => double.IsFinite(figure.Value)).Select(figure => (suite, figure)));

    /// <summary>The median of the rounds; null: there is no such figure.</summary>
    public double? MedianOf(string suite, string scenario, string name)
    {
        double[] values = ValuesOf(suite, scenario, name);
        return values.Length > 0 ? Summary.Median(values) : null;
    }

    /// <summary>A line for each figure and a column for each checkout, with the ratio to the first one.</summary>
    public void Print(IReadOnlyList<string> suites, TextWriter to)
    {
        foreach ((string scenario, string name) in _all.Select(one => (one.Figure.Scenario, one.Figure.Name)).Distinct())
        {
            double first = double.NaN;
            var cells = new List<string>();
            foreach (string suite in suites)
            {
                double[] values = ValuesOf(suite, scenario, name);
                if (values.Length == 0)
                {
                    cells.Add("-");
                    continue;
                }

                double median = Summary.Median(values);
                string ratio = double.IsNaN(first) ? "" : $" x{Short(median / first)}";
                string range = values.Length == 1 ? "" : $" [{Short(values.Min())} to {Short(values.Max())}]";
                first = double.IsNaN(first) ? median : first;
                cells.Add($"{Short(median)}{range}{ratio}");
            }

            to.WriteLine($"{scenario,-13} {name,-32} {Units.Of(name),-12} {string.Join("   ", cells)}");
        }
    }

    /// <summary>
    /// <c>{"scenarios": {"submit1": {"rate": …, "memory": {"JobOrchestrator": …}}}}</c> of the first checkout, and the same of each
    /// under <c>suites</c>; medians of the rounds.
    /// </summary>
    public JsonObject ToJson(IReadOnlyList<string> suites, JsonObject about)
    {
        var each = new JsonObject();
        foreach (string suite in suites)
        {
            each[suite] = ScenariosOf(suite);
        }

        return new JsonObject { ["about"] = about, ["scenarios"] = ScenariosOf(suites[0]), ["suites"] = each };
    }

    private JsonObject ScenariosOf(string suite)
    {
        var all = new JsonObject();
        foreach (IGrouping<string, Figure> scenario in
            _all.Where(one => one.Suite == suite).Select(one => one.Figure).GroupBy(figure => figure.Scenario))
        {
            var figures = new JsonObject();
            foreach (string name in scenario.Select(figure => figure.Name).Distinct())
            {
                string[] path = name.Split('.');
                JsonObject into = figures;
                foreach (string part in path[..^1])
                {
                    into = (JsonObject)(into[part] ??= new JsonObject());
                }

                into[path[^1]] = Math.Round(MedianOf(suite, scenario.Key, name)!.Value, 4);
            }

            all[scenario.Key] = figures;
        }

        return all;
    }

    private double[] ValuesOf(string suite, string scenario, string name) =>
    [
        .. _all.Where(one => one.Suite == suite && one.Figure.Scenario == scenario && one.Figure.Name == name)
            .Select(one => one.Figure.Value),
    ];

    private static string Short(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : "0.###", CultureInfo.InvariantCulture);
}
