using Sidecar.Conformance.Running;

namespace Sidecar.Conformance;

/// <summary>What daprd's source says and no recording shows.</summary>
public sealed class SourceFactTests(SidecarWithoutApp sidecar) : IClassFixture<SidecarWithoutApp>
{
    [SidecarTheory]
    [InlineData("/v1.0/state/jobs", """[{"key":"a","value":1,"etag":5}]""", 400, "ERR_MALFORMED_REQUEST")]
    [InlineData("/v1.0/state/jobs", """[{"key":"a","value":1,"metadata":{"x":1}}]""", 400, "ERR_MALFORMED_REQUEST")]
    [InlineData(
        "/v1.0/state/jobs", """[{"key":"a","value":1,"options":{"concurrency":"bogus"}}]""", 500, "unrecognized concurrency model")]
    [InlineData("/v1.0/state/jobs", """[{"KEY":"a","Value":1,"ETag":"","unknown":true}]""", 204, "")]
    [InlineData("/v1.0/state/jobs", """[{"key":"b","value":1},{"key":"c","value":1,"etag":"stale"}]""", 409, "ERR_STATE_SAVE")]
    [InlineData(
        "/v1.0/state/jobs/transaction",
        """{"operations":[{"operation":"UPSERT","request":{"key":"a"}}]}""",
        400,
        "operation type UPSERT not supported")]
    [InlineData(
        "/v1.0/state/jobs/transaction",
        """{"operations":[{"operation":"upsert","request":{"key":"a||b","value":1}}]}""",
        400,
        "DAPR_STATE_ILLEGAL_KEY")]
    [InlineData("/v1.0/state/jobs/bulk", """{"keys":["never","never"]}""", 200, """[{"key":"never"},{"key":"never"}]""")]
    [InlineData("/v1.0/publish/bus/t?metadata.rawPayload=maybe", "1", 400, "DAPR_PUBSUB_METADATA_DESERIALIZATION")]
    [InlineData(
        "/v1.0/publish/bulk/bus/t", """[{"entryId":"1","event":1,"contentType":"text/plain"}]""", 400, "DAPR_PUBSUB_MARSHAL_ENVELOPE")]
    [InlineData("/v1.0/publish/bulk/bus/t", """[{"entryId":"1","event":"x"}]""", 400, "error: mismatch between contentType and event")]
    [InlineData(
        "/v1.0/publish/bulk/bus/t",
        """[{"entryId":"1","event":"x","contentType":"image/png"}]""",
        400,
        "error: mismatch between contentType and event")]
    [InlineData(
        "/v1.0/publish/bulk/bus/t",
        """[{"entryId":"1","event":"?","contentType":"application/octet-stream"}]""",
        400,
        "unable to decode base64")]
    [InlineData("/v1.0/publish/bulk/bus/t", """[{"entryId":"1","event":"<a/>","contentType":"application/xml"}]""", 204, "")]
    [InlineData("/v1.0/publish/bulk/bus/t", """[{"event":1,"contentType":"application/json"}]""", 400, "DAPR_PUBSUB_MARSHAL_EVENTS")]
    [InlineData("/v1.0/publish/bulk/bus/t", "{", 400, "DAPR_PUBSUB_UNMARSHAL_EVENTS")]
    public async Task Request_Posted_IsAnsweredAsTheSourceSays(string path, string body, int status, string text)
    {
        using var content = new StringContent(body);

        using HttpResponseMessage answer = await sidecar.Http.PostAsync(new Uri(path, UriKind.Relative), content);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(text, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [LocalFact]
    public async Task Health_WithoutTheApp_IsOutboundOnly()
    {
        using HttpResponseMessage outbound = await sidecar.Http.GetAsync(new Uri("/v1.0/healthz/outbound", UriKind.Relative));
        using HttpResponseMessage health = await sidecar.Http.GetAsync(new Uri("/v1.0/healthz", UriKind.Relative));

        Assert.Equal((204, 500), ((int)outbound.StatusCode, (int)health.StatusCode));
        Assert.Contains("ERR_HEALTH_NOT_READY", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
