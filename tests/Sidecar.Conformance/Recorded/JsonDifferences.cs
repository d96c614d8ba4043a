using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sidecar.Conformance.Recorded;

/// <summary>Where two JSON texts differ, as paths.</summary>
internal static class JsonDifferences
{
    /// <summary>Null when one of the texts is not JSON.</summary>
    public static IReadOnlyList<(string Path, string Recorded, string Actual)>? Between(string recorded, string actual)
    {
        try
        {
            var differences = new List<(string, string, string)>();
            Compare("$", JsonNode.Parse(recorded), JsonNode.Parse(actual), differences);
            return differences;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Compare(string path, JsonNode? recorded, JsonNode? actual, List<(string, string, string)> differences)
    {
        if (JsonNode.DeepEquals(recorded, actual))
        {
            return;
        }

        if (recorded is JsonObject left && actual is JsonObject right)
        {
            foreach (string name in left.Select(member => member.Key).Union(right.Select(member => member.Key)))
            {
                if (left.ContainsKey(name) != right.ContainsKey(name))
                {
                    differences.Add(($"{path}.{name}", Text(left, name), Text(right, name)));
                }
                else
                {
                    Compare($"{path}.{name}", left[name], right[name], differences);
                }
            }
        }
        else if (recorded is JsonArray before && actual is JsonArray after && before.Count == after.Count)
        {
            for (int i = 0; i < before.Count; i++)
            {
                Compare($"{path}[{i}]", before[i], after[i], differences);
            }
        }
        else
        {
            differences.Add((path, recorded?.ToJsonString() ?? "null", actual?.ToJsonString() ?? "null"));
        }
    }

    private static string Text(JsonObject node, string name) =>
        node.TryGetPropertyValue(name, out JsonNode? value) ? value?.ToJsonString() ?? "null" : "nothing";
}
