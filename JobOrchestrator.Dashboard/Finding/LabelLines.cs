namespace JobOrchestrator.Dashboard.Finding;

/// <summary>Labels as forms have them: one a line, <c>key=value</c>.</summary>
internal static class LabelLines
{
    /// <summary>The labels, null for one without a value (<c>key=</c>). Null: a line is no label.</summary>
    public static Dictionary<string, string?>? Read(string lines)
    {
        var labels = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (string line in lines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } key, var value])
            {
                return null;
            }

            labels[key] = value.Length == 0 ? null : value;
        }

        return labels;
    }

    /// <summary>Labels that a job has.</summary>
    public static string Write(IReadOnlyDictionary<string, string> labels) =>
        string.Join('\n', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}
