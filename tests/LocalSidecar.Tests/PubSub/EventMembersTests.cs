using System.Text;
using System.Text.Json;
using LocalSidecar.Json;
using LocalSidecar.PubSub;

namespace LocalSidecar.Tests.PubSub;

/// <summary>An event that came as one keeps its own members; the rest is the broker's, all in the order of their names.</summary>
public sealed class EventMembersTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Envelope Usual = new("pubsub", "orders", "app", "00-trace", "state", Now);

    [Theory]
    [InlineData("""{}""", """{"traceid":"00-trace","traceparent":"00-trace"}""")]
    [InlineData("""{"traceid":null,"traceparent":"mine","type":null}""", """{"traceid":"00-trace","traceparent":"mine"}""")]
    [InlineData("""{"topic":"other","pubsubname":1,"source":"me"}""", """{"source":"me","topic":"orders","pubsubname":"pubsub"}""")]
    [InlineData("""{"id":"1","id":"2","\u0069d":"3"}""", """{"id":"3"}""")]
    [InlineData("""{"data":{"b":1.0,"a":[{"d":1,"c":2}],"b":2}}""", """{"data":{"a":[{"c":2,"d":1}],"b":2}}""")]
    public void Write_Members_AreTheEventsOwnButForTheBrokers(string published, string among)
    {
        using var written = JsonDocument.Parse(Written(published));
        using var wanted = JsonDocument.Parse(among);

        foreach (JsonProperty member in wanted.RootElement.EnumerateObject())
        {
            Assert.Equal(member.Value.GetRawText(), written.RootElement.GetProperty(member.Name).GetRawText());
        }

        string[] names = [.. written.RootElement.EnumerateObject().Select(member => member.Name)];
        Assert.Equal(names.Distinct().Order(StringComparer.Ordinal), names);
        Assert.Superset(
            new HashSet<string> { "pubsubname", "source", "specversion", "time", "topic", "traceid", "traceparent", "tracestate", "type" },
            names.ToHashSet());
    }

    /// <summary>More members than are looked through one by one, of names that need escaping, some twice, one after the other.</summary>
    [Fact]
    public void Write_EventsOfAllSizesOneAfterTheOther_IsWhatADictionaryGives()
    {
        var random = new Random(20_30);
        for (int round = 0; round < 300; round++)
        {
            int count = random.Next(0, 70);
            var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var published = new StringBuilder("{");
            for (int i = 0; i < count; i++)
            {
                string name = $"{(char)random.Next(97, 123)}{(random.Next(4) == 0 ? "\"<é\u2028" : "")}{random.Next(40)}";
                string value = random.Next(3) switch { 0 => "null", 1 => $"{random.Next()}", _ => $"{{\"n\":[{random.Next()}]}}" };
                published.Append(i > 0 ? "," : "").Append(JsonSerializer.Serialize(name)).Append(':').Append(value);
                expected[name] = value;
            }

            using var written = JsonDocument.Parse(Written(published.Append('}').ToString()));

            var found = written.RootElement.EnumerateObject()
                .ToDictionary(member => member.Name, member => member.Value.GetRawText());
            Assert.All(expected, member => Assert.Equal(member.Value, found[member.Key]));
            Assert.Equal(expected.Count + 9, found.Count);
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("""{"id":""")]
    public void Write_WhatIsNoEvent_IsRefused_AndTheNextOneIsNotTouched(string published)
    {
        Assert.ThrowsAny<JsonException>(() => Written(published));

        Assert.DoesNotContain("id\":", Written("{}").Replace("traceid\":", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static string Written(string published)
    {
        var output = new ByteBuffer();
        Usual.WriteEvent(output, Encoding.UTF8.GetBytes(published), default);
        return output.ToString();
    }
}
