using System.Net;
using LocalSidecar.State;
using LocalSidecar.Tests.Support;

namespace LocalSidecar.Tests.Api.Http;

/// <summary>What HTTP shows of values that were not written over HTTP.</summary>
public sealed class RawStateTests : IAsyncLifetime
{
    private TestSidecar _sidecar = null!;

    public async Task InitializeAsync() => _sidecar = await TestSidecar.StartAsync([("worker", null)]);

    public Task DisposeAsync() => _sidecar.DisposeAsync().AsTask();

    [Fact]
    public async Task Get_RawValue_HandsOutItsBytesWithAnETag()
    {
        byte[] binary = [0, 0xff, 1];
        await PutAsync("json", """ { "b":1, "a": 9007199254740993 } """u8);
        await PutAsync("binary", binary);

        using HttpResponseMessage json = await _sidecar.Http.GetAsync(_sidecar.Url("/v1.0/state/shared/json"));
        using HttpResponseMessage bytes = await _sidecar.Http.GetAsync(_sidecar.Url("/v1.0/state/shared/binary"));

        Assert.Equal(""" { "b":1, "a": 9007199254740993 } """, await json.Content.ReadAsStringAsync());
        Assert.Equal(binary, await bytes.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/json", bytes.Content.Headers.ContentType?.ToString());
        Assert.True(bytes.Headers.Contains("Etag"));
    }

    [Fact]
    public async Task Get_RawValueWithoutBytes_IsAsIfThereWereNone()
    {
        await PutAsync("empty", []);

        Assert.Equal(HttpStatusCode.NoContent, (await _sidecar.Http.GetAsync(_sidecar.Url("/v1.0/state/shared/empty"))).StatusCode);
    }

    [Fact]
    public async Task BulkGet_RawJson_KeepsMembersAndDigits()
    {
        await PutAsync("json", """ { "b":1, "a": 9007199254740993 } """u8);
        await PutAsync("empty", []);

        using HttpResponseMessage response = await _sidecar.PostAsync("/v1.0/state/shared/bulk", """{"keys":["json","none","empty"]}""");

        string body = await response.Content.ReadAsStringAsync();
        Assert.StartsWith("""[{"key":"json","data":{"b":1,"a":9007199254740993},"etag":""", body, StringComparison.Ordinal);
        Assert.Contains("""{"key":"none"},{"key":"empty","etag":""", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BulkGet_OneRawValueIsNoJson_HasAnEmptyBody()
    {
        await PutAsync("json", "1"u8);
        await PutAsync("text", "text"u8);

        using HttpResponseMessage response = await _sidecar.PostAsync("/v1.0/state/shared/bulk", """{"keys":["json","text"]}""");

        Assert.Equal((HttpStatusCode.OK, 0L, "application/json"),
            (response.StatusCode, response.Content.Headers.ContentLength, response.Content.Headers.ContentType?.ToString()));
        Assert.False(response.Headers.Contains("Traceparent"));
    }

    [Fact]
    public async Task Save_OverARawValue_MakesItJson()
    {
        await PutAsync("a", "text"u8);

        using HttpResponseMessage saved = await _sidecar.PostAsync("/v1.0/state/shared", """[{"key":"a","value":{ "b": 1, "a": 2 }}]""");

        Assert.Equal(HttpStatusCode.NoContent, saved.StatusCode);
        Assert.Equal("""{"a":2,"b":1}""", await _sidecar.Http.GetStringAsync(_sidecar.Url("/v1.0/state/shared/a")));
    }

    private Task PutAsync(string key, ReadOnlySpan<byte> value)
    {
        // As the sidecar's own scope, which the test does not hold: the component's keys begin with its name.
        var scope = new StateScope(_sidecar.Host.Ledger.Store("shared"), "shared||"u8.ToArray());
        var request = new StateRequest();
        scope.AddUpsert(request, key, value, isRaw: true, new StateCondition(null, FirstWrite: false), timeToLive: null);
        return scope.SaveAsync(request, request.Values.WrittenMemory);
    }
}
