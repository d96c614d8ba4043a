using System.Text;
using System.Text.Json;
using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Documents are JSON objects: Cosmos DB keeps any other JSON as base64, a third larger and unreadable in its explorer.</summary>
public sealed class DocumentShapeTests
{
    private const string Event =
        """{"specversion":"1.0","id":"1","type":"job.created","data":"""
        + """{"jobId":"01b8dac5-b400-7002-9bd8-495e70ece1de","owner":"o","queue":"q"}}""";

    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Documents_OfEveryKind_AreObjects(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await TestReplica.StartAsync(store, new RecordingBus(), _clock);
        Job job = await replica.EnqueueAsync();
        await replica.ProposeAsync(new Command.Cancel(job.Id));
        await replica.PauseAsync("paused");
        await Eventually.TrueAsync(() => store.KeysNow.Contains(Keys.SettingsPage(0, 0)), "the settings are written");
        await Eventually.TrueAsync(
            () => store.KeysNow.Count(key => key.Contains("-outbox-", StringComparison.Ordinal)) >= 2, "both commits are written");

        IReadOnlyList<string> keys = store.KeysNow;

        Assert.All(keys, key => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(store.JsonOf(key)!).ValueKind));
        Assert.All(
            [
                "survey-fenced-",
                "survey-other-",
                "shards",
                Keys.Head(0),
                $"{Keys.Head(0)}-page-",
                Keys.SettingsPage(0, 0),
                Keys.Settings(0, "queue-"),
                job.Id.ToString(),
            ],
            kind => Assert.Contains(keys, key => key.StartsWith(kind, StringComparison.Ordinal)));
    }

    [Fact]
    public void Outbox_Written_ComesBackExactly()
    {
        OutboxEntry entry = Outbox.TryParse("key", 7, 3, Encoding.UTF8.GetBytes($"[{JsonSerializer.Serialize(Event)}]"))!;

        OutboxEntry? read = Outbox.TryParse("key", 7, 3, Outbox.ToUtf8(entry));

        Assert.Equal(entry.Events, read?.Events);
        Assert.Equal((7, 3), (read!.Number, read.Epoch));
    }

    [Theory]
    [InlineData("""[{0},{0}]""")]
    [InlineData("""{{"events":[{0},{0}]}}""")]
    public void Outbox_OfEitherFormat_IsRead(string format)
    {
        string document = string.Format(null, format, JsonSerializer.Serialize(Event));

        OutboxEntry? entry = Outbox.TryParse("key", 7, 3, Encoding.UTF8.GetBytes(document));

        Assert.Equal([Event, Event], entry!.Events.Select(item => item.CloudEvent.ToString()));
        Assert.Equal(("o", "q", JobEventKind.Created), (entry.Events[0].Owner, entry.Events[0].Queue, entry.Events[0].Kind));
    }

    [Fact]
    public void Outbox_MarkOfADeletedOne_IsNoEntry() => Assert.Null(Outbox.TryParse("key", 7, 3, """{"deleted":true}"""u8.ToArray()));
}
