using System.Buffers.Text;
using System.Text;

namespace JobOrchestrator.Shards.Tests;

public sealed class CursorTests
{
    [Fact]
    public void Cursor_ReadAgain_IsTheSamePlaces()
    {
        (long, int)[] places = [(0, 0), (17, 3), (long.MaxValue, int.MaxValue)];

        Assert.Equal(places, Cursor.Read('e', Cursor.Write('e', places), 3));
    }

    [Theory]
    [InlineData("l;1.0;2.0")]
    [InlineData("e;1.0")]
    [InlineData("e;1.0;2.0;3.0")]
    [InlineData("e;1.0;2")]
    [InlineData("e;1.0;.2")]
    [InlineData("e;1.0;2.")]
    [InlineData("e;1.0;-2.0")]
    [InlineData("e;1.0;2.-1")]
    [InlineData("e;1.0; 2.0")]
    [InlineData("e;1.0;9223372036854775808.0")]
    [InlineData("e;1.0;2.2147483648")]
    [InlineData("")]
    public void Cursor_NoneOfOurs_IsRefused(string text) =>
        Assert.Throws<FormatException>(() => Cursor.Read('e', Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text)), 2));

    [Theory]
    [InlineData("oldest!")]
    [InlineData("a")]
    [InlineData("ZTsx+LjA")]
    public void Cursor_NoBase64_IsRefused(string cursor) => Assert.Throws<FormatException>(() => Cursor.Read('e', cursor, 1));
}
