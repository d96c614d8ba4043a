using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Tests.Shards;

public sealed class KeptJsonTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("\"\\u0000\\\"\\\\ \\ud83d\"")]
    [InlineData("{ \"n\" :\t123456789012345678901234567890.10,\r\n\"é\": \"\u007f\u0080\u2028😀\" }")]
    public void Write_AnyJsonText_ReadsBackAsTheSameTextAndAtMostDoubles(string text)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Json.WriterOptions))
        {
            KeptJson.Write(writer, JsonText.Of(text));
        }

        Assert.Equal(text, JsonDocument.Parse(stream.ToArray()).RootElement.GetString());
        Assert.InRange(stream.Length, 2, 2 * JsonText.Of(text).Length + 2);
    }
}
