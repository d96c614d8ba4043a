using System.Net;
using System.Text;
using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Tests.Features;

/// <summary>A text that cannot be kept is mended, and is never the end of a report.</summary>
public sealed class MendedTextTests
{
    [Theory]
    [InlineData(@"cannot open \udcff.txt", "cannot open \uFFFD.txt")]
    [InlineData(@"\ud83d", "\uFFFD")]
    [InlineData(@"\ud83d\ude00", "\U0001F600")]
    [InlineData(@"\ud83d\ud83d\ude00", "\uFFFD\U0001F600")]
    [InlineData(@"\ude00\ud83d", "\uFFFD\uFFFD")]
    [InlineData(@"\\ud83d \""\n", "\\ud83d \"\n")]
    [InlineData(@"\ud83d\n\u0041", "\uFFFD\nA")]
    [InlineData(@"Zürich \udfff", "Zürich \uFFFD")]
    [InlineData("", "")]
    public void Text_WithHalfAPair_HasTheReplacementInItsPlace(string escaped, string expected) =>
        Assert.Equal(expected, MendedText.Of(Encoding.UTF8.GetBytes(escaped)));

    [Theory]
    [InlineData("""{"leaseToken":"T","error":"cannot open \udcff.txt"}""", "cannot open \uFFFD.txt")]
    [InlineData("""{"leaseToken":"T","error":{"title":"bad \ud800 name","type":"\ud800"}}""", "bad \uFFFD name")]
    public async Task Fail_HalfASurrogate_IsKeptMended(string body, string title)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"maxRetries":0}""");
        (JobId id, string token) = await host.LeaseAsync();

        Answer answer = await host.PostAsync($"/jobs/{id}/fail", body.Replace("\"T\"", $"\"{token}\"", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(title, (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("error").GetProperty("title").GetString());
    }

    [Fact]
    public async Task Heartbeat_HalfASurrogateInItsMessage_ExtendsTheLease()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();

        Answer answer = await host.PostAsync(
            "/jobs/report",
            $$$"""{"reports":[{"jobId":"{{{id}}}","action":"heartbeat","leaseToken":"{{{token}}}","progress":{"message":"\udcff 1"}}]}""");

        Assert.Equal(200, answer.Json.GetProperty("outcomes")[0].GetProperty("status").GetInt32());
        Assert.Equal("\uFFFD 1", (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("progress").GetProperty("message").GetString());
    }
}
