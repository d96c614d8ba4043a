using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class EventPartsTests
{
    /// <summary>Each letter is an event of so many bytes as its place in the alphabet.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "abc")]
    [InlineData("abcd", "abc|d")]
    [InlineData("zaz", "z|a|z")]
    public void Of_Events_HaveNoMoreBytesThanMayBeOrOneEvent(string events, string expected)
    {
        List<List<OutboxEvent>> parts = EventParts.Of(
            [.. events.Select(letter => new OutboxEvent(
                JsonText.Of(new string('1', letter - 'a' + 1)), JobEventKind.Updated, Guid.Empty, null, $"{letter}"))],
            bytesMax: 6);

        Assert.Equal(expected, string.Join('|', parts.Select(part => string.Concat(part.Select(item => item.Queue)))));
    }
}
