namespace Dapr.AspNetCore.Tests;

public sealed class BulkSubscribeTests
{
    [Fact]
    public async Task Bulk_AsDelivered_IsReadAndAnsweredByEntry()
    {
        // The shape of a recorded delivery.
        const string delivery = """
            {"entries":[{"entryId":"e1","event":{"data":{"i":0},"id":"a"},"metadata":{},"contentType":"application/cloudevents+json"},
            {"entryId":"e2","event":{"data":{"i":1},"id":"b"},"metadata":{"retained":"false"},"contentType":"application/cloudevents+json"}],
            "id":"7a","metadata":{"pubsubName":"bus"},"pubsubname":"bus","topic":"bulk","type":"com.dapr.event.sent.bulk"}
            """;
        BulkSubscribeMessage<Event>? seen = null;
        var (host, client) = await App.StartAsync(app =>
        {
            app.UseCloudEvents();
            app.MapPost("/bulk", (BulkSubscribeMessage<Event> message) =>
            {
                seen = message;
                return new BulkSubscribeAppResponse([.. message.Entries.Select(entry => new BulkSubscribeAppResponseEntry(
                    entry.EntryId, entry.Event.Data.I == 0 ? BulkSubscribeAppResponseStatus.SUCCESS : BulkSubscribeAppResponseStatus.RETRY))]);
            });
        });
        using var _ = host;

        using var answer = await client.PostAsync(new Uri("/bulk", UriKind.Relative), App.Body(delivery, "application/json"));

        Assert.Equal(("bulk", "bus", 2), (seen!.Topic, seen.Metadata["pubsubName"], seen.Entries.Count));
        Assert.Equal("false", seen.Entries[1].Metadata["retained"]);
        Assert.Equal(
            """{"statuses":[{"entryId":"e1","status":"SUCCESS"},{"entryId":"e2","status":"RETRY"}]}""",
            await answer.Content.ReadAsStringAsync());
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("DROP", new BulkSubscribeAppResponseEntry("e", BulkSubscribeAppResponseStatus.DROP).Status);
    }

    private sealed record Event(string Id, Data Data);

    private sealed record Data(int I);
}
