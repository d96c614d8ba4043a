using JobOrchestrator.Dashboard.Values;

namespace JobOrchestrator.Dashboard.Tests.Values;

public sealed class LinesTests
{
    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("it's $HOME `id` \"x\"", "'it'\\''s $HOME `id` \"x\"'")]
    public void Words_OfAShell_MeanThemselves(string text, string quoted) => Assert.Equal(quoted, ShellText.Quoted(text));

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a\"b\\c\n\u202E", "\"a\\\"b\\\\c\\u000a\\u202e\"")]
    public void Texts_OfCode_MeanThemselves(string text, string quoted) => Assert.Equal(quoted, CodeText.Quoted(text));

    [Fact]
    public void Ids_ThatAreNone_StayWithinTheirPath() =>
        Assert.Equal("curl -s 'http://x/jobs/..%2Fadmin%3Fa'", Lines.Get("http://x", "../admin?a"));

    [Fact]
    public void Ids_ThatAreNone_AreOneWordOfTheCommandLine() => Assert.Equal("jobs get '1; rm -r .'", Lines.GetByTool("1; rm -r ."));
}
