using System.Text;

namespace JobOrchestrator.Tests;

/// <summary>Names of queues, types, owners, workers and keys that somebody uses one day.</summary>
internal static class OddNames
{
    /// <summary>Names that are taken, and are the same everywhere from then on.</summary>
    public static readonly string[] Taken =
    [
        "a/b", "a//b", "/", "//", "a/", "/a", "a/..", "../a", "./a", "a%2Fb", "a%2fb", "a%252Fb", "%2F", "%252F", "%2E%2E",
        "%", "50%", "%zz", "%%", "%00", "%ED%A0%80", "a\\b", "...", "..a", "~", " ", "a b", " a", "a ", "\u00A0", "\u3000a",
        "a+b", "#?&;+=", "a,b", "a|b||c", "*", "a:b", "@", "\"", "'", "<script>alert(1)</script>", "<>; rel=\"next\"", "{}",
        "{owner}", "{queue}", "${x}", "{{", "null", "true", "0", "-1", "1e5", "batch", "report", "cancels", "lease", "pause",
        "resume", "retry", "purge", "queues", "jobs", "events", "default", "__proto__", "shard-0", "CON", "\u00e9", "e\u0301",
        "\u212B", "\u00C5", "\uFB01", "\u0130", "\u0131", "\u00DF", "SS", "K\u212A", "a", "A", "\U0001F600",
        "\U0001F468\u200D\U0001F469", "a\u200Bb", "\u200B", "\uFEFFa", "\u202Egpj.exe", "\u2066a\u2069", "\u2028", "a\u2029b",
        "\uFFFD", "\uFFFE", "\uFDD0", "\uE000", "\U000E0001", "\U0010FFFF", new string('a', 256), new string('\u00E4', 256),
        new string('\u4E00', 256), new string('%', 256), new string('/', 256),
    ];

    /// <summary>Other names that something on the way may take for this one.</summary>
    public static string[] TwinsOf(string name) =>
    [
        .. new[]
        {
            name.ToUpperInvariant(), name.ToLowerInvariant(), name.Trim(), name + " ", " " + name, name + "\u200B", name + "/", name + "%",
            name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), name.Replace("/", "%2F", StringComparison.Ordinal),
            name.Replace("%2F", "%2f", StringComparison.Ordinal), name.Replace('+', ' '), name.Replace(' ', '+'), name.Replace('\\', '/'),
            Uri.UnescapeDataString(name), Uri.EscapeDataString(name), Normalized(name, NormalizationForm.FormC),
            Normalized(name, NormalizationForm.FormD), name.TrimStart('/'), name.Replace("//", "/", StringComparison.Ordinal),
        }.Distinct().Where(twin =>
            twin != name && twin.Length is > 0 and <= 256 && twin is not ("." or "..") && !twin.Any(char.IsControl)),
    ];

    private static string Normalized(string name, NormalizationForm form)
    {
        try
        {
            return name.Normalize(form);
        }
        catch (ArgumentException)
        {
            // No characters, and yet a name.
            return name;
        }
    }
}
