namespace Dapr.Client.Tests;

public sealed class BulkReadTests : IAsyncLifetime
{
    private SidecarStub _sidecar = null!;
    private DaprClient _client = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await SidecarStub.StartAsync();
        _client = _sidecar.Client();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task GetBulk_MixedAnswer_KeepsTextsETagsAndOrder()
    {
        // The recorded shape, and the trailing empty item that SQL stores add for a key asked for twice.
        _sidecar.AnswerWith(200, """
            [{"key":"d","data":{"x":[1, 2],"s":"\"]}"},"etag":"\"q\"","metadata":{"ttlExpireTime":"2026-11-21T09:44:04Z"}},{"key":"missing"},{"key":"c","data":1,"etag":"7"},{"key":""}]

            """);

        var items = await _client.GetBulkStateAsync("jobs", ["c", "missing", "d"], parallelism: 10);

        Assert.Equal(
            [("d", """{"x":[1, 2],"s":"\"]}"}""", "\"q\""), ("missing", "", ""), ("c", "1", "7")],
            items.Select(item => (item.Key, item.Value, item.ETag)));
        Assert.Equal("/v1.0/state/jobs/bulk", _sidecar.Request.Target);
        Assert.Equal("""{"keys":["c","missing","d"],"parallelism":10}""", _sidecar.Request.Body);
    }

    [Fact]
    public async Task GetBulk_Typed_ReadsValuesAndLeavesAbsentOnesDefault()
    {
        _sidecar.AnswerWith(200, """[{"key":"c","data":{"count":1},"etag":"7"},{"key":"missing"}]""");

        var items = await _client.GetBulkStateAsync<Document>("jobs", ["c", "missing"], parallelism: null);

        Assert.Equal([new Document(1), null], items.Select(item => item.Value));
        Assert.Equal("""{"keys":["c","missing"]}""", _sidecar.Request.Body);
    }

    [Fact]
    public async Task GetBulk_OneKeyFailed_FailsTheCallAndNamesIt()
    {
        _sidecar.AnswerWith(200, """[{"key":"a","data":1,"etag":"1"},{"key":"b","error":"disk on fire"}]""");

        var failure = await Assert.ThrowsAsync<DaprException>(() => _client.GetBulkStateAsync("jobs", ["a", "b"], null));

        Assert.Contains("'b': disk on fire", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[{\"key\":\"a\",\"data\":")]
    public async Task GetBulk_AnswerThatIsNone_IsADaprException(string body)
    {
        _sidecar.AnswerWith(200, body);

        await Assert.ThrowsAsync<DaprException>(() => _client.GetBulkStateAsync("jobs", ["a"], null));
    }

    [Fact]
    public async Task GetBulk_Metadata_GoesIntoTheQuery()
    {
        _sidecar.AnswerWith(200, "[]");

        await _client.GetBulkStateAsync("jobs", ["a"], null, new Dictionary<string, string> { ["partitionKey"] = "p" });

        Assert.Equal("/v1.0/state/jobs/bulk?metadata.partitionKey=p", _sidecar.Request.Target);
    }

    [Fact]
    public async Task GetBulk_NoKeys_IsRefusedBeforeItIsSent()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _client.GetBulkStateAsync("jobs", [], null));

        Assert.Empty(_sidecar.Requests);
    }
}
