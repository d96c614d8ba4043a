using JobOrchestrator.Core;
using JobOrchestrator.Features.Events;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Tests.Strangers;

public sealed class FeedBytesTests
{
    /// <summary>Security review H6: a page of the feed was bounded by events alone.</summary>
    [Theory]
    [InlineData(30, 3, "c3")]
    [InlineData(29, 2, "c2")]
    [InlineData(1, 1, "c1")]
    [InlineData(1_000, 4, "end")]
    public void Page_OverItsBytes_EndsBehindTheLastEventThatFits(int bytesMax, int events, string cursor)
    {
        var item = JsonText.Of("\"12345678\"");
        var page = new FeedPage([.. Enumerable.Range(1, 4).Select(number => new FeedEvent(item, "t", $"c{number}"))], "end");

        FeedPage sent = ReadFeed.Within(page, bytesMax);

        Assert.Equal(events, sent.Events.Count);
        Assert.Equal(cursor, sent.Cursor);
    }
}
