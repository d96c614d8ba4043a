using LocalSidecar.Api.Http;
using LocalSidecar.Tests.Support;

namespace LocalSidecar.Tests.Api.Http;

public sealed class StateRequestReaderTests : IDisposable
{
    private readonly Store _store = Store.InMemory();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("""[{"key":5}]""", "json: cannot unmarshal number into Go struct field SetRequest.key of type string")]
    [InlineData("""[{"key":"a","etag":5}]""", "json: cannot unmarshal number into Go struct field SetRequest.etag of type string")]
    [InlineData(
        """[{"key":"a","metadata":{"ttlInSeconds":5}}]""",
        "json: cannot unmarshal number into Go struct field SetRequest.metadata of type string")]
    [InlineData(
        """[{"key":"a","value":1e400}]""", "json: cannot unmarshal number 1e400 into Go struct field SetRequest.value of type float64")]
    [InlineData("""[{"value":1}]""", "\"key\" is a required field")]
    [InlineData("""[{"key":"a"},{""", "unexpected EOF")]
    [InlineData("\"x\"", "json: cannot unmarshal string into Go value of type []state.SetRequest")]
    [InlineData("", "EOF")]
    public async Task Save_MalformedBody_IsRefusedInTheDecodersWords(string body, string message)
    {
        ApiException refusal = await Assert.ThrowsAsync<ApiException>(() => _store.SaveAsync(body));

        Assert.Equal(message, refusal.Message);
        Assert.Equal((400, "ERR_MALFORMED_REQUEST"), (refusal.Error.Status, refusal.Error.Code));
    }

    [Fact]
    public async Task Save_NestedTooDeeply_IsRefused()
    {
        string body = "[{\"key\":\"a\",\"value\":" + new string('[', 2000) + new string(']', 2000) + "}]";

        ApiException refusal = await Assert.ThrowsAsync<ApiException>(() => _store.SaveAsync(body));

        Assert.Equal("exceeded max depth", refusal.Message);
    }
}
