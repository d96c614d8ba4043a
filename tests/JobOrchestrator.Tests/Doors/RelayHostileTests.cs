using System.Text;
using JobOrchestrator.Tests.Features;

namespace JobOrchestrator.Tests.Doors;

/// <summary>Bodies that nobody's client sends: each ends in an error of the caller's, none in one of ours.</summary>
public sealed class RelayHostileTests
{
    [Theory]
    [InlineData("\ud800", 400)]
    [InlineData("""{"\ud800":1,"id":"a","queue":"q","timeout":1,"payload":1}""", 400)]
    [InlineData("""{"id":"\udc00","queue":"q","timeout":1,"payload":1}""", 400)]
    [InlineData("""{"id":"a","queue":"q","timeout":1,"payload":"\udc00"}""", 202)]
    [InlineData("""{"id":"","queue":"q","timeout":1,"payload":1}""", 422)]
    [InlineData("""{"id":"a\u0000","queue":"q","timeout":1,"payload":1}""", 422)]
    [InlineData("""{"id":"a","queue":"q","timeout":1.0,"payload":1}""", 422)]
    [InlineData("""{"id":"a","queue":"q","timeout":1e400,"payload":1}""", 422)]
    [InlineData("""{"id":"a","queue":"q","timeout":1,"payload":1e400}""", 202)]
    [InlineData("""{"id":"a","queue":"q","timeout":null,"payload":1}""", 422)]
    [InlineData("""{"id":["a"],"queue":"q","timeout":1,"payload":1}""", 422)]
    [InlineData("""{"id":"a","queue":"q","timeout":1,"payload":1} x""", 400)]
    [InlineData("""{"id":"a","queue":"q","timeout":1,"payload":1,}""", 400)]
    [InlineData("""{"id":"a","queue":"q","timeout":1,"payload":NaN}""", 400)]
    [InlineData("""{"id":"a","queue":"q","timeout":1,"payload":1,"run_at":"9999-12-31T23:59:59.9999999-23:59"}""", 422)]
    [InlineData("""{"id":"a","queue":"q","timeout":1,"payload":1,"run_at":"0001-01-01T00:00:00+23:00"}""", 422)]
    public async Task Enqueue_StrangeBody_IsTakenOrRefusedAndNeverOurFault(string job, int status)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        // Half a surrogate pair in the text itself makes bytes that are no UTF-8.
        byte[] body = job == "\ud800" ? [0x5B, 0xED, 0xA0, 0x80, 0x5D] : Encoding.UTF8.GetBytes($"[{job}]");
        foreach (string path in new[] { "/v1/queues/jobs", "/v2/queues/jobs?mode=replace" })
        {
            using HttpRequestMessage request = ApiHost.Request(HttpMethod.Post, path, body);
            using HttpResponseMessage response = await host.Client.SendAsync(request);

            Assert.True(
                (int)response.StatusCode == status, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            await host.SendAsync(HttpMethod.Delete, "/v2/queues/q/jobs/a", null);
        }
    }

    [Theory]
    [InlineData(60, 202)]
    [InlineData(61, 202)]
    [InlineData(62, 400)]
    [InlineData(100_000, 400)]
    public async Task Payload_Depth_IsTakenAsDeepAsTheNativeApiShowsIt(int depth, int status)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string payload = new string('[', depth) + new string(']', depth);

        await host.ExpectAsync(status, "POST /v1/queues/jobs", $$"""[{"id":"a","queue":"q","timeout":1,"payload":{{payload}}}]""");

        Answer list = await host.GetAsync("/jobs?queue=q");
        Assert.Equal(status == 202 ? [payload] : [], list.Json.EnumerateArray().Select(job => job.GetProperty("input").GetRawText()));
        await host.ExpectAsync(status, "POST /enqueue", $$"""{"id":"b","queue":"q","timeout":1,"payload":{{payload}}}""");
    }

    [Theory]
    [InlineData("/v1/queues/%20/jobs/%F0%9F%98%80")]
    [InlineData("/v2/queues/q/jobs/00000000-0000-0000-0000-000000000000")]
    [InlineData("/v2/queues/q/jobs/ffffffff-ffff-ffff-ffff-ffffffffffff")]
    public async Task Path_OfNoJob_Gets404(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        await host.ExpectAsync(404, $"GET {path}");
        await host.ExpectAsync(200, $"DELETE {path}");
    }
}
