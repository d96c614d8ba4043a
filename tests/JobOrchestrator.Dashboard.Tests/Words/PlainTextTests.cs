using JobOrchestrator.Dashboard.Words;

namespace JobOrchestrator.Dashboard.Tests.Words;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("grüße 👍🏽", "grüße 👍🏽")]
    [InlineData("a\u202Eb", "a⟨U+202E⟩b")]
    [InlineData("a\u0000b\u001Bc", "a⟨U+0000⟩b⟨U+001B⟩c")]
    [InlineData("a\u200Bb\uFEFFc\u00ADd", "a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+00AD⟩d")]
    [InlineData("a\u2028b", "a⟨U+2028⟩b")]
    [InlineData("a\nb\tc", "a⟨U+000A⟩b⟨U+0009⟩c")]
    [InlineData("tag \U000E0041", "tag ⟨U+E0041⟩")]
    [InlineData("👨‍👩‍👧", "👨‍👩‍👧")]
    public void Characters_ThatSteer_StandThereByTheirNumbers(string? text, string told) => Assert.Equal(told, PlainText.Of(text));

    [Fact]
    public void Character_ThatIsHalfOfOne_StandsThereByItsNumber() => Assert.Equal("half ⟨U+D83D⟩", PlainText.Of("half " + '\uD83D'));

    [Fact]
    public void Lines_WhereTheyAreShownAsSuch_Stay() => Assert.Equal("a\nb\tc⟨U+000D⟩", PlainText.Of("a\nb\tc\r", lines: true));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "abcde…")]
    [InlineData("abcd👍x", 6, "abcd…")]
    public void Texts_ThatAreTooLong_AreCutBetweenCharacters(string text, int most, string told) =>
        Assert.Equal(told, PlainText.Of(text, most));
}
