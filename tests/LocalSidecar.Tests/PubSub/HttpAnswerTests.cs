using System.Text;
using LocalSidecar.PubSub;

namespace LocalSidecar.Tests.PubSub;

public sealed class HttpAnswerTests
{
    /// <summary>Half a surrogate pair threw, which paused the topic: to Go it is a word like any other that nobody knows.</summary>
    [Theory]
    [InlineData("""{"status":"\ud800"}""", nameof(DeliveryOutcome.Failed))]
    [InlineData("""{"status":"\udc00DROP"}""", nameof(DeliveryOutcome.Failed))]
    [InlineData("""{"\ud800":1}""", nameof(DeliveryOutcome.Done))]
    [InlineData("""{"\ud800":1,"status":"DROP"}""", nameof(DeliveryOutcome.Dropped))]
    [InlineData("""{"stat\u0075s":"DROP"}""", nameof(DeliveryOutcome.Dropped))]
    public void Of_HalfASurrogatePair_IsAWordThatNobodyKnows(string body, string outcome) =>
        Assert.Equal(outcome, HttpAnswer.Of(200, Encoding.UTF8.GetBytes(body)).ToString());

    [Fact]
    public void Of_BytesThatAreNoUtf8_AreAWordThatNobodyKnows() =>
        Assert.Equal(DeliveryOutcome.Failed, HttpAnswer.Of(200, [.. "{\"status\":\""u8, 0xFF, .. "\"}"u8]));

    /// <summary>The others of the batch keep what was said of them.</summary>
    [Fact]
    public void OfBatch_HalfASurrogatePair_IsOfItsEntryAlone()
    {
        Dictionary<string, DeliveryOutcome> outcomes = HttpAnswer.OfBatch(
            """
            {"\udc00":0,"statuses":[{"entryId":"\ud800","status":"SUCCESS"},{"entryId":"a","status":"\ud800"},
            {"\ud800":0,"entryId":"b","status":"SUCCESS"}]}
            """u8.ToArray());

        Assert.Equal((DeliveryOutcome.Failed, DeliveryOutcome.Done), (outcomes["a"], outcomes["b"]));
    }
}
