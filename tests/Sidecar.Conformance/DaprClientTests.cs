using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapr;
using Dapr.Client;
using Sidecar.Conformance.Running;

namespace Sidecar.Conformance;

/// <summary>Dapr's published client (by gRPC, but for invocation and health) and Dapr.AspNetCore, LocalSidecar between them.</summary>
public sealed class DaprClientTests(SubscribingApp app) : IClassFixture<SubscribingApp>
{
    private readonly DaprClient _client = app.Client;

    [LocalFact]
    public async Task State_WrittenReadChangedDeleted_GoesByETags()
    {
        string key = NewKey();
        await _client.SaveStateAsync("jobs", key, new { n = 1 });

        (JsonElement value, string? etag) = await _client.GetStateAndETagAsync<JsonElement>("jobs", key);

        Assert.Equal(1, value.GetProperty("n").GetInt32());
        Assert.True(await _client.TrySaveStateAsync("jobs", key, new { n = 2 }, etag));
        Assert.False(await _client.TrySaveStateAsync("jobs", key, new { n = 3 }, etag));
        Assert.False(await _client.TryDeleteStateAsync("jobs", key, etag));
        Assert.Equal("""{"n":2}""", Encoding.UTF8.GetString((await _client.GetByteStateAsync("jobs", key)).Span));
        await _client.DeleteStateAsync("jobs", key);
        Assert.Equal((true, ""), ((await _client.GetByteStateAndETagAsync("jobs", key)) is var (bytes, none) && bytes.IsEmpty, none));
    }

    [LocalFact]
    public async Task Create_FirstWriteOnAKeyThatIsThere_ThrowsAndKeepsTheFirst()
    {
        string key = NewKey();
        var firstWrite = new StateOptions { Concurrency = ConcurrencyMode.FirstWrite };
        await _client.SaveStateAsync("jobs", key, 1, firstWrite);

        await Assert.ThrowsAsync<DaprException>(() => _client.SaveStateAsync("jobs", key, 2, firstWrite));

        Assert.Equal(1, await _client.GetStateAsync<int>("jobs", key));
    }

    [LocalFact]
    public async Task Transaction_OneStaleETag_AppliesNothingAndSaysWhy()
    {
        (string? head, string? document) = (NewKey(), NewKey());
        await _client.ExecuteStateTransactionAsync("jobs", [Upsert(head, "1"), Upsert(document, "1")]);

        DaprException failure = await Assert.ThrowsAsync<DaprException>(() =>
            _client.ExecuteStateTransactionAsync("jobs", [Upsert(document, "2"), Upsert(head, "2", etag: Guid.NewGuid().ToString())]));

        Assert.Contains("possible etag mismatch", failure.InnerException!.Message, StringComparison.Ordinal);
        IReadOnlyList<BulkStateItem> items = await _client.GetBulkStateAsync("jobs", [head, document, "missing"], parallelism: null);
        Assert.Equal([(head, "1"), (document, "1"), ("missing", "")], items.Select(item => (item.Key, item.Value)));
    }

    [LocalFact]
    public async Task BulkPublish_EventsWrittenBefore_ReachTheRouteOfTheirRuleInOrder()
    {
        string batch = NewKey();
        var mine = Enumerable.Range(0, 200).Select(number => Stored(batch, "me", number)).ToList();

        BulkPublishResponse<StoredEvent> response = await _client.BulkPublishEventAsync("bus", "jobs", [.. mine, Stored(batch, "you", 0)]);

        Assert.Empty(response.FailedEntries);
        IReadOnlyList<JsonElement> received = await app.ReceivedAsync(
            "/mine", mine.Count, data => data.GetProperty("batch").GetString() == batch);
        Assert.Equal(Enumerable.Range(0, mine.Count), received.Select(data => data.GetProperty("number").GetInt32()));
        Assert.Single(await app.ReceivedAsync("/others", 1, data => data.GetProperty("batch").GetString() == batch));
    }

    [LocalFact]
    public async Task Publish_Data_ReachesTheSubscriberOpened()
    {
        string batch = NewKey();

        await _client.PublishEventAsync("bus", "jobs", new { batch, text = "é <&>" });

        JsonElement data = Assert.Single(await app.ReceivedAsync("/others", 1, data => data.GetProperty("batch").GetString() == batch));
        Assert.Equal("é <&>", data.GetProperty("text").GetString());
    }

    [LocalFact]
    public async Task Invoke_ItsOwnApp_IsAnswered()
    {
        using HttpClient http = _client.CreateInvokableHttpClient("worker");

        using HttpResponseMessage answer = await http.PostAsJsonAsync("/greet", new { name = "you" });

        Assert.Equal("""{"hello":"you"}""", await answer.Content.ReadAsStringAsync());
    }

    [LocalFact]
    public async Task SecretsMetadataAndHealth_Asked_AreThere()
    {
        Assert.True(await _client.CheckHealthAsync());
        Assert.Equal("k", (await _client.GetSecretAsync("local-secrets", "apiKey"))["apiKey"]);
        Assert.Equal(2, (await _client.GetBulkSecretAsync("local-secrets")).Count);
        await _client.SetMetadataAsync("colour", "blue");
        DaprMetadata metadata = await _client.GetMetadataAsync();
        Assert.Equal(("worker", "blue"), (metadata.Id, metadata.Extended["colour"]));
        Assert.Contains("TRANSACTIONAL", metadata.Components.Single(component => component.Name == "jobs").Capabilities);
    }

    private static string NewKey() => Guid.NewGuid().ToString();

    private static StateTransactionRequest Upsert(string key, string json, string? etag = null) =>
        new(key, Encoding.UTF8.GetBytes(json), StateOperationType.Upsert, etag);

    private static StoredEvent Stored(string batch, string owner, int number) => new(JsonSerializer.SerializeToUtf8Bytes(new
    {
        specversion = "1.0",
        id = $"{batch}-{owner}-{number}",
        type = "job.created",
        source = "job-orchestrator",
        datacontenttype = "application/json",
        data = new { batch, owner, number },
    }));

    [JsonConverter(typeof(StoredEventConverter))]
    private sealed class StoredEvent(ReadOnlyMemory<byte> json) : CloudEvent
    {
        public ReadOnlyMemory<byte> Json { get; } = json;
    }

    private sealed class StoredEventConverter : JsonConverter<StoredEvent>
    {
        public override StoredEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, StoredEvent value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Json.Span, skipInputValidation: true);
    }
}
