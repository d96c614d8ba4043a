using System.Text;

namespace Dapr.Client.Tests;

public sealed class StateReadTests : IAsyncLifetime
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
    public async Task Get_ValueThere_ReadsItWithWebDefaults()
    {
        _sidecar.AnswerWith(200, """{"count":"3","NAME":"x"}""");

        var value = await _client.GetStateAsync<Document>("jobs", "a");

        Assert.Equal(new Document(3, "x"), value);
        Assert.Equal(("GET", "/v1.0/state/jobs/a"), (_sidecar.Request.Method, _sidecar.Request.Target));
    }

    [Fact]
    public async Task Get_KeyAbsent_IsDefault()
    {
        var value = await _client.GetStateAsync<Document>("jobs", "a");

        Assert.Null(value);
    }

    [Fact]
    public async Task Get_StoredNull_IsDefaultWithETag()
    {
        _sidecar.AnswerWith(200, "null", etag: "7");

        var (value, etag) = await _client.GetStateAndETagAsync<Document>("jobs", "a");

        Assert.Null(value);
        Assert.Equal("7", etag);
    }

    [Theory]
    [InlineData("10d89e7e-f2cf-4e41-b170-8140dcb94e39")]
    [InlineData("\"00000000-0000-0000-0000-000000000000\"")]
    [InlineData("W/\"3\"")]
    [InlineData("42")]
    public async Task GetWithETag_AnyText_ComesBackAsSent(string etag)
    {
        _sidecar.AnswerWith(200, "1", etag: etag);

        var (value, read) = await _client.GetStateAndETagAsync<int>("jobs", "a");

        Assert.Equal((1, etag), (value, read));
    }

    [Fact]
    public async Task GetWithETag_KeyAbsent_HasEmptyETag()
    {
        var (_, etag) = await _client.GetStateAndETagAsync<int?>("jobs", "a");

        Assert.Equal("", etag);
    }

    [Theory]
    [InlineData("a b+c/d", "/v1.0/state/jobs/a%20b%2Bc%2Fd")]
    [InlineData("..", "/v1.0/state/jobs/%2E%2E")]
    [InlineData("é?#&%", "/v1.0/state/jobs/%C3%A9%3F%23%26%25")]
    public async Task Get_KeyNeedingEscapes_IsEscapedOnce(string key, string target)
    {
        await _client.GetStateAsync<int?>("jobs", key);

        Assert.Equal(target, _sidecar.Request.Target);
    }

    [Fact]
    public async Task Get_ConsistencyAndMetadata_GoIntoTheQuery()
    {
        var metadata = new Dictionary<string, string> { ["partitionKey"] = "a b&c" };

        await _client.GetStateAsync<int?>("jobs", "a", ConsistencyMode.Strong, metadata);

        Assert.Equal("/v1.0/state/jobs/a?consistency=strong&metadata.partitionKey=a%20b%26c", _sidecar.Request.Target);
    }

    [Fact]
    public async Task Get_OtherJson_IsADaprException()
    {
        _sidecar.AnswerWith(200, "[1]");

        await Assert.ThrowsAsync<DaprException>(() => _client.GetStateAsync<Document>("jobs", "a"));
    }

    [Fact]
    public async Task GetBytes_ValueThere_AreTheStoredBytes()
    {
        _sidecar.AnswerWith(200, "{ \"spacing\" : \"\u00e9\" }", etag: "e");

        var (bytes, etag) = await _client.GetByteStateAndETagAsync("jobs", "a");

        Assert.Equal("{ \"spacing\" : \"\u00e9\" }", Encoding.UTF8.GetString(bytes.Span));
        Assert.Equal("e", etag);
    }

    [Fact]
    public async Task GetBytes_KeyAbsent_AreEmpty()
    {
        var bytes = await _client.GetByteStateAsync("jobs", "a");

        Assert.True(bytes.IsEmpty);
    }

    [Fact]
    public async Task GetBytes_LargeChunkedAnswer_ArrivesWhole()
    {
        var text = "\"" + new string('x', 3_000_000) + "\"";
        _sidecar.Answer = async context =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, 1_000_000));
            await context.Response.Body.FlushAsync();
            await context.Response.Body.WriteAsync(bytes.AsMemory(1_000_000));
        };

        var read = await _client.GetByteStateAsync("jobs", "a");

        Assert.Equal(text, Encoding.UTF8.GetString(read.Span));
    }

    [Fact]
    public async Task Entry_SavedAfterChange_CarriesTheETagItWasReadWith()
    {
        _sidecar.AnswerWith(200, """{"count":1}""", etag: "e1");
        var entry = await _client.GetStateEntryAsync<Document>("jobs", "a");
        _sidecar.AnswerWith(204, "");

        entry.Value = new Document(2);
        var saved = await entry.TrySaveAsync();

        Assert.True(saved);
        Assert.Equal("""[{"key":"a","value":{"count":2,"name":null},"etag":"e1"}]""", _sidecar.Requests.Last().Body);
    }

    [Fact]
    public async Task Entry_Deleted_SendsNoETagUnlessTried()
    {
        _sidecar.AnswerWith(200, "1", etag: "e1");
        var entry = await _client.GetStateEntryAsync<int>("jobs", "a");
        _sidecar.Answer = _ => Task.CompletedTask;

        await entry.DeleteAsync();
        await entry.TryDeleteAsync();

        Assert.Equal([null, "e1"], _sidecar.Requests.Skip(1).Select(request => request.Header("If-Match")));
    }
}
