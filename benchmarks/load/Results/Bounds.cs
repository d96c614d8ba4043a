using System.Globalization;
using System.Text.Json;

namespace Load;

/// <summary>
/// What may not be exceeded, whatever the machine: <c>{"batch100": {"sidecar.documents": 1.1}}</c>, figure by figure. Time is none of it.
/// </summary>
internal static class Bounds
{
    /// <summary>A sentence for each figure that is over its bound, or that was not measured though its scenario was.</summary>
    public static IReadOnlyList<string> Check(string file, Measured measured, string suite, IEnumerable<string> scenarios)
    {
        using var bounds = JsonDocument.Parse(File.ReadAllText(file));
        var found = new List<string>();
        foreach (string scenario in scenarios)
        {
            if (!bounds.RootElement.TryGetProperty(scenario, out JsonElement figures))
            {
                continue;
            }

            foreach (JsonProperty bound in figures.EnumerateObject())
            {
                double? value = measured.MedianOf(suite, scenario, bound.Name);
                if (!(value <= bound.Value.GetDouble()))
                {
                    found.Add(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{scenario}: {bound.Name} is {value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "not measured"}, at most "
                            + $"{bound.Value.GetDouble()} {Units.Of(bound.Name)}"));
                }
            }
        }

        return found;
    }
}
