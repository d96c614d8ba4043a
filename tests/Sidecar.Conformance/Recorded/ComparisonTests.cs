using System.Text.Json;

namespace Sidecar.Conformance.Recorded;

/// <summary>The comparison itself: it sees what differs and overlooks what may.</summary>
public sealed class ComparisonTests
{
    private const string CloudEvent =
        """{"data":{"seq":1},"id":"fb72bb23-27e3-4188-b642-e8a2ebaaa4ad","time":"2026-11-21T09:44:08Z","topic":"ok-RUN"}""";

    [Theory]
    [InlineData("""{"etag":"10d89e7e-f2cf-4e41-b170-8140dcb94e39","at":"2026-11-21T09:44:04Z","key":"a-RUN","port":6100}""",
        """{"etag":"cced1fb9-8dc4-4170-94e9-a7005836073d","at":"2027-01-01T00:00:00+02:00","key":"a-r1","port":40001}""", null)]
    [InlineData("""{"enabledFeatures":["b","a"],"x":1}""", """{"enabledFeatures":["a","b"],"x":1}""", null)]
    [InlineData("""{"enabledFeatures":["b","a"]}""", """{"enabledFeatures":["a","c"]}""", "body at $.enabledFeatures[1]")]
    [InlineData("""{"a":1}""", """{"a": 1}""", "bytes")]
    [InlineData("""{"a":1,"b":{"c":2}}""", """{"a":1,"b":{"c":3}}""", "body at $.b.c")]
    [InlineData("""{"a":1}""", """{}""", "body at $.a")]
    [InlineData("""{"a":null}""", """{}""", "body at $.a")]
    [InlineData("""[1,2]""", """[1]""", "body at $")]
    [InlineData("""{"at":"2026-11-21T09:44:04Z"}""", """{"at":"2026-11-21T09:44:04.5Z"}""", "body at $.at")]
    [InlineData("invalid api token\n", "invalid api token", "body")]
    public void Bodies_Compared_DifferOnlyWhereItCounts(string recorded, string actual, string? what)
    {
        List<Difference> differences = Compare(Recorded(200, recorded), new Answer(200, new Dictionary<string, string>(), actual));

        Assert.Equal(what is null ? [] : [what], differences.Select(difference => difference.What));
    }

    [Fact]
    public void StatusETagAndHeaders_Compared_AreSeen()
    {
        RecordedResponse recorded = Recorded(200, "", ("Etag", "x"), ("Content-Type", "application/json"), ("Content-Length", "0"));
        var actual = new Answer(
            204, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["content-type"] = "text/plain" }, "");

        List<Difference> differences = Compare(recorded, actual);

        Assert.Equal(["status", "header Content-Type", "ETag"], differences.Select(difference => difference.What));
    }

    [Fact]
    public void Events_SameButForIdsAndTimes_DoNotDiffer()
    {
        string later = CloudEvent
            .Replace("fb72bb23", "00000000", StringComparison.Ordinal)
            .Replace("2026", "2027", StringComparison.Ordinal)
                .Replace("RUN", "r1", StringComparison.Ordinal);

        Assert.Empty(DeliveryComparison.Compare(Events("/ok", CloudEvent), Events("/ok", later)));
    }

    [Fact]
    public void Events_MissingRepeatedOrExtra_AreSeen()
    {
        List<Event> recorded = Events("/retry", Data("a"), Data("a"), Data("b"));
        List<Event> actual = Events("/retry", Data("a"), Data("c"));

        Assert.Equal(
            [("/retry \"a\"", "2", "1"), ("/retry \"b\"", "1", "0"), ("/retry \"c\"", "0", "1")],
            DeliveryComparison.Compare(recorded, actual).Select(difference => (difference.Where, difference.Recorded, difference.Actual)));
    }

    [Fact]
    public void Events_RepeatedManyTimes_DoNotDifferByHowMany()
    {
        (string[]? five, string[]? nine) = (Enumerable.Repeat(Data("a"), 5).ToArray(), Enumerable.Repeat(Data("a"), 9).ToArray());

        Assert.Empty(DeliveryComparison.Compare(Events("/fail", five), Events("/fail", nine)));
    }

    [Fact]
    public void Events_MembersInOtherOrder_Differ()
    {
        IEnumerable<Difference> differences = DeliveryComparison.Compare(
            Events("/ok", """{"data":1,"id":"x"}"""), Events("/ok", """{"id":"x","data":1}"""));

        Assert.Equal("event", Assert.Single(differences).What);
    }

    [Fact]
    public void Events_NumbersOutOfOrder_Differ()
    {
        List<Event> recorded = Events("/ok", Data("{\"seq\":0}", quote: false), Data("{\"seq\":1}", quote: false));

        Difference difference = Assert.Single(DeliveryComparison.Compare(recorded, [recorded[1], recorded[0]]));

        Assert.Equal(("order", "as published", "any"), (difference.What, difference.Recorded, difference.Actual));
    }

    [Fact]
    public void Bulk_Compared_EntryByEntryWhateverTheBatches()
    {
        static string Entry(int number) => $$$"""{"entryId":"{{{Guid.NewGuid()}}}","event":{"data":{"i":{{{number}}}}},"metadata":{}}""";
        static string Bulk(params int[] numbers) => $$"""{"entries":[{{string.Join(',', numbers.Select(Entry))}}],"topic":"bulk-RUN"}""";

        Assert.Empty(DeliveryComparison.Compare(Events("/bulk", Bulk(0), Bulk(1)), Events("/bulk", Bulk(0, 1))));
    }

    private static List<Difference> Compare(RecordedResponse recorded, Answer actual) =>
        [.. ExchangeComparison.Compare(new Exchange("any", new RecordedRequest("GET", "/", null, null), recorded), actual, "r1")];

    private static RecordedResponse Recorded(int status, string body, params (string Name, string Value)[] headers) =>
        new(status, headers.ToDictionary(header => header.Name, header => header.Value), body);

    private static List<Event> Events(string route, params string[] bodies) =>
        [.. bodies.SelectMany(body => Event.Of(route, body, new Dictionary<string, string>(), "r1"))];

    private static string Data(string data, bool quote = true) =>
        $$"""{"data":{{(quote ? JsonSerializer.Serialize(data) : data)}},"id":"{{Guid.NewGuid()}}"}""";
}
