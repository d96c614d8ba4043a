using System.Net;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

public sealed class SubmitJobTests
{
    [Fact]
    public async Task Submit_Nothing_GetsTheDefaults()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", "{}");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("application/json", answer["Content-Type"]);
        Assert.Equal("no-store", answer["Cache-Control"]);
        Assert.Equal("\"1\"", answer["ETag"]);
        Assert.Equal("1", answer["Retry-After"]);
        Assert.Equal($"http://localhost/jobs/{answer.JobId}", answer["Location"]);
        Assert.Equal(
            $$"""
            {"id":"{{answer.JobId}}","type":"simulate","queue":"default","status":"New","attempt":0,"maxRetries":3,
            "backoff":{"kind":"exponential","seconds":1,"maxSeconds":300,"jitter":0.1},"leaseSeconds":30,
            "runAt":"2030-01-01T00:00:00Z","priority":0,"cancelRequested":false,"sequence":1,"durable":true,
            "createdAt":"2030-01-01T00:00:00Z","updatedAt":"2030-01-01T00:00:00Z"}
            """.ReplaceLineEndings(""),
            answer.Text);
    }
}
