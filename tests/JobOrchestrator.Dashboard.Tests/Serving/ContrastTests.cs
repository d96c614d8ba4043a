using System.Globalization;
using System.Text.RegularExpressions;

namespace JobOrchestrator.Dashboard.Tests.Serving;

/// <summary>Every pair of colours that stand on each other, by WCAG's formula, light and dark.</summary>
public sealed partial class ContrastTests
{
    private static readonly string[] Grounds = ["page", "surface", "raised"];

    private static readonly string[] Phases =
        ["scheduled", "ready", "held", "retrying", "running", "cancelling", "completed", "failed", "cancelled"];

    private static readonly Dictionary<string, (Color Light, Color Dark)> Colors = Read();

    public static TheoryData<string, string, double> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string, double> { { "on-accent", "accent", 4.5 }, { "accent", "accent-tint", 4.5 } };
            foreach (string ground in Grounds)
            {
                pairs.Add("text", ground, 12);
                pairs.Add("muted", ground, 4.5);
                pairs.Add("accent", ground, 4.5);
                pairs.Add("field", ground, ground == "raised" ? 2.7 : 3);
                foreach (string phase in Phases)
                {
                    pairs.Add(phase, ground, 4.5);
                }
            }

            foreach (string phase in Phases)
            {
                pairs.Add(phase, $"{phase}-tint", 4.5);
            }

            foreach (string fill in new[] { "fill-completed", "fill-failed", "fill-cancelled" })
            {
                pairs.Add(fill, "surface", 3);
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Colors_ThatStandOnEachOther_AreTold(string front, string ground, double least)
    {
        (Color light, Color dark) = Colors[front];
        (Color onLight, Color onDark) = Colors[ground];

        Assert.True(Contrast(light, onLight) >= least, $"Light: {front} on {ground} is {Contrast(light, onLight):0.00} to one.");
        Assert.True(Contrast(dark, onDark) >= least, $"Dark: {front} on {ground} is {Contrast(dark, onDark):0.00} to one.");
    }

    /// <summary>The sheet has no colour that this test does not know, but what floats and the strips with white on them.</summary>
    [Fact]
    public void Colors_OfTheSheet_AreNamedOnce() => Assert.Equal(
        6 + 1,
        Hex().Count(Sheet()) - (Pair().Count(Sheet()) * 2) - SelectionColors);

    /// <summary>The one pair that is not a variable: what is selected.</summary>
    private const int SelectionColors = 2;

    [Theory]
    [InlineData("#b3182d")]
    [InlineData("#8a5300")]
    [InlineData("#1a6b34")]
    [InlineData("#0b57c2")]
    [InlineData("#6b3fa0")]
    [InlineData("#56606d")]
    public void Strips_WithTheInstallationsName_AreRead(string color)
    {
        Assert.Contains($"background: {color}", Sheet(), StringComparison.Ordinal);
        Assert.True(Contrast(Color.Of(color), Color.Of("#ffffff")) >= 4.5);
    }

    private static double Contrast(Color one, Color other)
    {
        (double lighter, double darker) = (Math.Max(one.Luminance, other.Luminance), Math.Min(one.Luminance, other.Luminance));
        return (lighter + 0.05) / (darker + 0.05);
    }

    private static Dictionary<string, (Color Light, Color Dark)> Read() => Pair().Matches(Sheet()).ToDictionary(
        pair => pair.Groups["name"].Value,
        pair => (Color.Of(pair.Groups["light"].Value), Color.Of(pair.Groups["dark"].Value)));

    private static string Sheet()
    {
        using var reader = new StreamReader(typeof(DashboardFeature).Assembly.GetManifestResourceStream("app.css")!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"--(?<name>[a-z-]+): light-dark\((?<light>#[0-9a-f]{6}), (?<dark>#[0-9a-f]{6})\)")]
    private static partial Regex Pair();

    [GeneratedRegex(@"#[0-9a-f]{3}([0-9a-f]{3})?\b")]
    private static partial Regex Hex();

    private readonly record struct Color(double Red, double Green, double Blue)
    {
        public double Luminance => (0.2126 * Red) + (0.7152 * Green) + (0.0722 * Blue);

        public static Color Of(string hex) => new(Linear(hex, 1), Linear(hex, 3), Linear(hex, 5));

        private static double Linear(string hex, int at)
        {
            double share = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
        }
    }
}
