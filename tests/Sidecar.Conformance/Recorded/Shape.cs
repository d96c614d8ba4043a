using System.Text.RegularExpressions;

namespace Sidecar.Conformance.Recorded;

/// <summary>Text with what differs from run to run replaced by what it is.</summary>
internal static partial class Shape
{
    public static string Of(string text, string run)
    {
        text = text.Replace(run, "RUN", StringComparison.Ordinal);
        text = Uuid().Replace(text, "<uuid>");
        text = Time().Replace(text, "<time>");
        text = Address().Replace(text, "127.0.0.1:<port>");
        text = Port().Replace(text, "\"port\":\"<port>\"");
        return EnabledFeatures().Replace(text, features => $"\"enabledFeatures\":[{Sorted(features.Groups["all"].Value)}]");
    }

    private static string Sorted(string list) =>
        string.Join(',', list.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal));

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    // Whole seconds only: that is what a real sidecar writes.
    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")]
    private static partial Regex Time();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    // Their order is another one each time a real sidecar starts.
    [GeneratedRegex("""\"enabledFeatures\": ?\[(?<all>[^\]]*)\]""")]
    private static partial Regex EnabledFeatures();

    [GeneratedRegex("\"port\": ?\\d+")]
    private static partial Regex Port();
}
