using JobOrchestrator.Features.Search;

namespace JobOrchestrator.Tests.Features.Search;

public sealed class TermAtCaretTests
{
    /// <summary>The caret stands where the bar is.</summary>
    [Theory]
    [InlineData("|", 0, 0, "", null, "")]
    [InlineData("qu|", 0, 2, "", null, "qu")]
    [InlineData("qu|eue", 0, 5, "", null, "qu")]
    [InlineData("a qu|", 2, 2, "", null, "qu")]
    [InlineData("a | b", 2, 0, "", null, "")]
    [InlineData("-qu|", 0, 3, "-", null, "qu")]
    [InlineData("-|", 0, 1, "-", null, "")]
    [InlineData("queue:|", 0, 6, "queue:", "queue", "")]
    [InlineData("x -queue:ma|il y", 2, 11, "-queue:", "queue", "ma")]
    [InlineData("queue:a,ma|", 0, 10, "queue:a,", "queue", "ma")]
    [InlineData("queue:\"a b|", 0, 10, "queue:", "queue", "a b")]
    [InlineData("queue:\"a \\\" b|", 0, 13, "queue:", "queue", "a \\\" b")]
    [InlineData("queue:\"a b\" st|", 12, 2, "", null, "st")]
    [InlineData("\"\\|", 0, 2, "", null, "\\")]
    [InlineData(":|", 0, 1, ":", "", "")]
    public void Of_ATextAndAPlace_IsTheTermThatIsBeingWritten(
        string text, int at, int length, string lead, string? field, string begun)
    {
        int caret = text.IndexOf('|', StringComparison.Ordinal);

        var term = TermAtCaret.Of(text.Remove(caret, 1), caret);

        Assert.Equal(new TermAtCaret(at, length, lead, field, begun), term);
    }

    [Fact]
    public void Of_Noise_LiesInTheText()
    {
        var random = new Random(20261129);

        for (int round = 0; round < 5_000; round++)
        {
            string text = new(random.GetItems<char>("a:-\",\\ *é", random.Next(20)));
            int caret = random.Next(text.Length + 1);

            var term = TermAtCaret.Of(text, caret);

            Assert.InRange(term.At, 0, text.Length);
            Assert.InRange(term.At + term.Length, caret, text.Length);
        }
    }
}
