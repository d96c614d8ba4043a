namespace JobOrchestrator.Cli.Tests;

/// <summary>The small things: times, texts, a program's lines.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData(0.42, "0.4 s")]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(250, "4 min 10 s")]
    [InlineData(3_600, "1 h")]
    [InlineData(183_600, "2 d 3 h")]
    [InlineData(8_640_000, "100 d")]
    public void ATime_IsSaidInAtMostTwoUnits(double seconds, string words) =>
        Assert.Equal(words, Durations.InWords(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("90", 90)]
    [InlineData("250ms", 0.25)]
    [InlineData("1.5h", 5_400)]
    [InlineData("2D", 172_800)]
    public void ATime_ThatIsTyped_IsRead(string text, double seconds) => Assert.Equal(seconds, Durations.Parse(text).TotalSeconds);

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("1y")]
    [InlineData("1e9d")]
    [InlineData("99999999w")]
    public void ATime_ThatIsNone_IsRefused(string text) => Assert.Throws<UsageException>(() => Durations.Parse(text));

    [Theory]
    [InlineData("progress 40 half way", 40, "half way")]
    [InlineData("progress 12.5%", 12.5, null)]
    public void AProgressLine_IsRead(string line, double percent, string? message)
    {
        Assert.True(ProgressLine.TryRead(line, out double? read, out string? said));
        Assert.Equal((percent, message), (read!.Value, said));
    }

    [Theory]
    [InlineData("progress")]
    [InlineData("progress made")]
    [InlineData("progress NaN")]
    [InlineData("in progress 40")]
    public void AnotherLine_IsNoProgress(string line) => Assert.False(ProgressLine.TryRead(line, out _, out _));

    [Fact]
    public void TheLastWords_AreTheEndOfWhatWasSaid()
    {
        var words = new LastWords(20);
        foreach (string line in new[] { "a long first line that is over", "second", "", "third" })
        {
            words.Add(line);
        }

        Assert.Equal("second | third", words.Text);
    }

    [Theory]
    [InlineData("plain é 漢 😀", "plain é 漢 😀")]
    [InlineData("a\u001b[2Jb", "a⟨U+001B⟩[2Jb")]
    [InlineData("a\u202eb\u200b", "a⟨U+202E⟩b⟨U+200B⟩")]
    [InlineData("two\nlines\t.", "two⏎lines .")]
    public void AText_IsShownOnOneLineWithoutWhatATerminalActsOn(string text, string shown) => Assert.Equal(shown, SafeText.OneLine(text));
}
