using System.Globalization;
using System.Text.Json;

namespace Load;

/// <summary>
/// What may not be exceeded, whatever the machine: <c>{"batch100": {"sidecar.documents": 1.1}}</c>, figure by figure. Time is none of it.
/// </summary>
internal static class Bounds
{
    /// <summary>A sentence for each figure that is over its bound, or that was not measured though its scenario was.</summary>
    public static IReadOnlyList<string> Check(
        string file, Measured measured, string suite, IReadOnlyCollection<string> scenarios, IReadOnlyCollection<string> known)
    {
        using var bounds = JsonDocument.Parse(File.ReadAllText(file));
        List<string> found =
        [
            .. bounds.RootElement.EnumerateObject().Select(one => one.Name).Where(name => !known.Contains(name))
                .Select(name => $"{file} bounds {name}, which is no scenario."),
        ];
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
