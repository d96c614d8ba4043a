using System.Text;
using LocalSidecar.Apps;
using LocalSidecar.Resources;

namespace LocalSidecar.Tests.Apps;

public sealed class SubscribeAnswerTests
{
    [Theory]
    [InlineData("""
        [{"pubsubname":"bus","topic":"t","deadLetterTopic":"dead","metadata":{"rawPayload":"true"},
          "routes":{"rules":[{"match":"event.type == 'a'","path":"/a"}],"default":"/rest"},
          "bulkSubscribe":{"enabled":true,"maxMessagesCount":7,"maxAwaitDurationMs":20}}]
        """)]
    [InlineData("""
        [{"pubsubName":"bus","Topic":"t","deadlettertopic":"dead","METADATA":{"rawPayload":"true"},
          "Routes":{"Rules":[{"Match":"event.type == 'a'","Path":"/a"}],"DEFAULT":"/rest"},
          "bulksubscribe":{"Enabled":true,"MaxMessagesCount":7,"maxawaitdurationms":20}}]
        """)]
    public void Entry_NamesInAnyCase_IsReadInFull(string json)
    {
        SubscriptionDeclaration subscription = Assert.Single(
            SubscribeAnswer.Read(Encoding.UTF8.GetBytes(json), static problem => Assert.Fail(problem)));

        Assert.Equal(
            ("bus", "t", "dead", true), (subscription.PubSub, subscription.Topic, subscription.DeadLetterTopic, subscription.IsRaw));
        Assert.Equal([new Rule("event.type == 'a'", "/a"), new Rule("", "/rest")], subscription.Rules);
        Assert.Equal(new BulkSubscribe(true, 7, TimeSpan.FromMilliseconds(20)), subscription.Bulk);
    }

    [Fact]
    public void Entry_MemberTwiceInTwoCases_LastCounts()
    {
        byte[] json = """[{"pubsubName":"first","pubsubname":"last","topic":"t","route":"/t"}]"""u8.ToArray();

        Assert.Equal("last", Assert.Single(SubscribeAnswer.Read(json, static problem => Assert.Fail(problem))).PubSub);
    }

    [Fact]
    public void Entry_WithoutAPubSubName_IsRefusedAndNamed()
    {
        var refusals = new List<string>();

        Assert.Empty(SubscribeAnswer.Read("""[{"topic":"t","route":"/t"}]"""u8.ToArray(), refusals.Add));

        Assert.Contains("topic 't' lacks a pubsubname", Assert.Single(refusals), StringComparison.Ordinal);
    }
}
