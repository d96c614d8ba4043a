namespace JobOrchestrator.Core.Tests;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("{ \"n\" : 1.000000000000000000000000000001,\t\"e\":1E+400 }")]
    [InlineData("\"\\u00e9 é 😀 \\ud83d\\ude00\"")]
    [InlineData("null")]
    public void Of_AnyText_ComesBackByteForByte(string json)
    {
        var text = JsonText.Of(json);

        Assert.Equal(json, text.ToString());
        Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(json), text.Length);
    }

    [Fact]
    public void Equals_SameBytes_AreEqualAndOtherSpacingIsNot()
    {
        var left = JsonText.Of("[1, 2]"u8.ToArray());

        Assert.Equal(left, JsonText.Of("[1, 2]"));
        Assert.Equal(left.GetHashCode(), JsonText.Of("[1, 2]").GetHashCode());
        Assert.NotEqual(left, JsonText.Of("[1,2]"));
        Assert.False(left.Equals(null));
    }
}
