using System.Text;

namespace Dapr.Client.Tests;

public sealed class StateWriteTests : IAsyncLifetime
{
    private const string Conflict =
        """{"errorCode":"ERR_STATE_SAVE","message":"failed saving state in state store jobs: possible etag mismatch. error from state store: state etag not match for key=worker||a: current=1, expect=wrong"}""";

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
    public async Task Save_Value_PostsAnArrayOfOne()
    {
        await _client.SaveStateAsync("jobs", "a", new Document(1, "<é>"));

        var request = _sidecar.Request;
        Assert.Equal(("POST", "/v1.0/state/jobs"), (request.Method, request.Target));
        Assert.Equal("application/json", request.Header("Content-Type"));
        Assert.Equal("""[{"key":"a","value":{"count":1,"name":"<é>"}}]""", request.Body);
    }

    [Fact]
    public async Task Save_OptionsAndMetadata_GoIntoTheItem()
    {
        var options = new StateOptions { Concurrency = ConcurrencyMode.FirstWrite, Consistency = ConsistencyMode.Strong };
        var metadata = new Dictionary<string, string> { ["ttlInSeconds"] = "60" };

        await _client.SaveStateAsync("jobs", "a", 1, options, metadata);

        Assert.Equal(
            """[{"key":"a","value":1,"options":{"concurrency":"first-write","consistency":"strong"},"metadata":{"ttlInSeconds":"60"}}]""",
            _sidecar.Request.Body);
    }

    [Fact]
    public async Task Save_Null_IsStoredAsNull()
    {
        await _client.SaveStateAsync<Document?>("jobs", "a", null);

        Assert.Equal("""[{"key":"a","value":null}]""", _sidecar.Request.Body);
    }

    [Fact]
    public async Task Save_FirstWriteRefused_ThrowsWithTheSidecarsText()
    {
        _sidecar.AnswerWith(409, Conflict);

        var failure = await Assert.ThrowsAsync<DaprException>(() => _client.SaveStateAsync("jobs", "a", 1));

        Assert.Contains("possible etag mismatch", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrySave_Conflict_IsFalse()
    {
        _sidecar.AnswerWith(409, Conflict);

        Assert.False(await _client.TrySaveStateAsync("jobs", "a", 1, "wrong"));
    }

    [Fact]
    public async Task TrySave_ETagWithQuotes_IsSentAsRead()
    {
        Assert.True(await _client.TrySaveStateAsync("jobs", "a", 1, "\"0800-1f\""));

        Assert.Equal("""[{"key":"a","value":1,"etag":"\"0800-1f\""}]""", _sidecar.Request.Body);
    }

    [Fact]
    public async Task TrySave_ETagTheStoreCannotParse_Throws()
    {
        _sidecar.AnswerWith(400, """{"errorCode":"ERR_STATE_SAVE","message":"failed saving state in state store jobs: invalid etag value: strconv.Atoi: parsing \"x\": invalid syntax"}""");

        await Assert.ThrowsAsync<DaprException>(() => _client.TrySaveStateAsync("jobs", "a", 1, "x"));
    }

    [Fact]
    public async Task SaveBytes_Json_GoesOutByteForByte()
    {
        await _client.SaveByteStateAsync("jobs", "a", """{ "n" : 12345678901234567890, "f":1.0 }"""u8.ToArray());

        Assert.Equal("""[{"key":"a","value":{ "n" : 12345678901234567890, "f":1.0 }}]""", _sidecar.Request.Body);
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("{\"a\":1}}")]
    public async Task SaveBytes_NotJson_IsRefusedBeforeItIsSent(string bytes)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _client.SaveByteStateAsync("jobs", "a", Encoding.UTF8.GetBytes(bytes)));

        Assert.Empty(_sidecar.Requests);
    }

    [Fact]
    public async Task TrySaveBytes_Conflict_IsFalse()
    {
        _sidecar.AnswerWith(409, Conflict);

        Assert.False(await _client.TrySaveByteStateAsync("jobs", "a", "1"u8.ToArray(), "wrong"));
    }

    [Fact]
    public async Task SaveBulk_Items_ArePostedTogether()
    {
        SaveStateItem<int>[] items =
        [
            new("a", 1, "e1", new StateOptions { Concurrency = ConcurrencyMode.LastWrite }),
            new("b", 2, null!, metadata: new Dictionary<string, string> { ["partitionKey"] = "p" }),
        ];

        await _client.SaveBulkStateAsync("jobs", items);

        Assert.Equal(
            """[{"key":"a","value":1,"etag":"e1","options":{"concurrency":"last-write"}},{"key":"b","value":2,"metadata":{"partitionKey":"p"}}]""",
            _sidecar.Request.Body);
    }

    [Fact]
    public async Task Delete_OptionsAndMetadata_GoIntoTheQueryWithoutIfMatch()
    {
        var options = new StateOptions { Concurrency = ConcurrencyMode.FirstWrite, Consistency = ConsistencyMode.Eventual };

        await _client.DeleteStateAsync("jobs", "a/b", options, new Dictionary<string, string> { ["partitionKey"] = "p" });

        var request = _sidecar.Request;
        Assert.Equal("DELETE", request.Method);
        Assert.Equal("/v1.0/state/jobs/a%2Fb?concurrency=first-write&consistency=eventual&metadata.partitionKey=p", request.Target);
        Assert.Null(request.Header("If-Match"));
    }

    [Theory]
    [InlineData("unquoted")]
    [InlineData("\"quoted\"")]
    public async Task TryDelete_ETag_IsSentAsRead(string etag)
    {
        Assert.True(await _client.TryDeleteStateAsync("jobs", "a", etag));

        Assert.Equal(etag, _sidecar.Request.Header("If-Match"));
    }

    [Fact]
    public async Task TryDelete_Conflict_IsFalse()
    {
        _sidecar.AnswerWith(409, """{"errorCode":"ERR_STATE_DELETE","message":"failed deleting state with key a: possible etag mismatch."}""");

        Assert.False(await _client.TryDeleteStateAsync("jobs", "a", "e"));
    }
}
