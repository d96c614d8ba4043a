using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using JobOrchestrator.Hosting;
using JobOrchestrator.Settings;

namespace JobOrchestrator.Tests.Hosting;

/// <summary>A setting that a document names is one, and has the default that is said.</summary>
public sealed partial class SettingsDocumentTests
{
    private static readonly Dictionary<string, Type> Sections = new()
    {
        ["Store"] = typeof(StoreOptions),
        ["Events"] = typeof(EventOptions),
        ["Jobs"] = typeof(JobOptions),
        ["Api"] = typeof(ApiOptions),
        ["Api:Jwt"] = typeof(JwtOptions),
        ["Push"] = typeof(PushOptions),
        ["Doors"] = typeof(DoorOptions),
        ["Replica"] = typeof(ReplicaOptions),
        ["History"] = typeof(HistoryOptions),
        ["Ui"] = typeof(JobOrchestrator.Dashboard.Hosting.UiOptions),
    };

    [Theory]
    [InlineData("configuration.md")]
    [InlineData("doors.md")]
    [InlineData("guarantees.md")]
    [InlineData("how-it-works.md")]
    [InlineData("push-workers.md")]
    [InlineData("strangers.md")]
    public void Settings_OfADocument_AreThere(string document)
    {
        MatchCollection named = Setting().Matches(TextOf(document));

        Assert.NotEmpty(named);
        Assert.All(named, setting => Assert.NotNull(PropertyOf(setting)));
    }

    /// <summary>Whoever looks for a setting looks there.</summary>
    [Fact]
    public void Settings_OfTheService_AllStandInTheirDocument()
    {
        string[] named = [.. Setting().Matches(TextOf("configuration.md")).Select(
            setting => $"{setting.Groups["section"].Value}:{setting.Groups["name"].Value}")];

        IEnumerable<string> there = Sections.SelectMany(
            section => BoundSection.NamesOf(section.Value)!.Select(name => $"{section.Key}:{name}"));

        Assert.Empty(there.Except(named));
    }

    [Theory]
    [InlineData("configuration.md", 30)]
    [InlineData("strangers.md", 6)]
    public void Defaults_OfADocumentsTables_AreThoseOfTheService(string document, int atLeast)
    {
        int compared = 0;
        foreach (Match row in Row().Matches(TextOf(document)))
        {
            MatchCollection settings = Setting().Matches(row.Groups["settings"].Value);
            string[] defaults = row.Groups["defaults"].Value.Split(", ", StringSplitOptions.TrimEntries);
            if (settings.Count != defaults.Length)
            {
                continue;
            }

            foreach ((Match setting, string said) in settings.Zip(defaults))
            {
                PropertyInfo property = PropertyOf(setting)!;
                object? value = property.GetValue(Activator.CreateInstance(property.DeclaringType!));
                if (Told(value) is string told && Plain().IsMatch(said))
                {
                    Assert.Equal($"{setting.Value} {told}", $"{setting.Value} {said.Replace("`", "", StringComparison.Ordinal)}");
                    compared++;
                }
            }
        }

        Assert.True(compared >= atLeast, $"Only {compared} defaults were compared.");
    }

    private static PropertyInfo? PropertyOf(Match setting) =>
        Sections[setting.Groups["section"].Value].GetProperty(setting.Groups["name"].Value);

    private static string? Told(object? value) => value switch
    {
        bool isOn => isOn ? "true" : "false",
        int number => number.ToString("N0", CultureInfo.InvariantCulture),
        long number => number.ToString("N0", CultureInfo.InvariantCulture),
        string text => text,
        Enum member => member.ToString(),
        _ => null,
    };

    private static string TextOf(string document)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "JobOrchestrator.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Not inside the repository.");
        }

        return File.ReadAllText(Path.Combine(folder.FullName, "docs", document)).ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"`(?<section>Store|Events|Jobs|Api:Jwt|Api|Push|Doors|Replica|History|Ui):(?<name>\w+)[^`]*`")]
    private static partial Regex Setting();

    [GeneratedRegex(@"^\| (?<settings>`[^|]+) \| (?<defaults>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>A number, or one word in quotes: not what needs a sentence.</summary>
    [GeneratedRegex(@"^([\d,]+|`[^`]+`)$")]
    private static partial Regex Plain();
}
