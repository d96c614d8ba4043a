using System.Net;
using System.Text;
using JobOrchestrator.Tests.Features;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>Security review M6: a body of nothing but faults was answered with twice its size, each fault in words.</summary>
public sealed class FaultsTests
{
    [Fact]
    public async Task Faults_OfOneJob_AreNotedForTheFirstHundred()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", $$"""{{{Repeat("\"leaseSeconds\":0,", 50_000)}}"queue":"q"}""");

        answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        Assert.Equal(100, answer.Json.GetProperty("errors").GetProperty("/leaseSeconds").GetArrayLength());
    }

    /// <summary>Each entry is refused all the same, with its first fault, and where that is is still told.</summary>
    [Fact]
    public async Task Faults_OfManyJobs_AreNotedForTheFirstHundredAndOneOfEach()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string entry = $$"""{{{Repeat("\"leaseSeconds\":0,", 200)}}"queue":"q"}""";

        Answer answer = await host.PostAsync(
            "/jobs/batch?atomic=false", $"[{Repeat(entry + ",\n", 2_000)}{{\"queue\":7}},\n{{\"queue\":8}}]");

        Assert.Equal(2_002, answer.Json.GetArrayLength());
        Assert.All(answer.Json.EnumerateArray().Take(2_000), item => Assert.Equal(422, item.GetProperty("status").GetInt32()));
        Assert.Equal(
            1, answer.Json[1_999].GetProperty("problem").GetProperty("errors").GetProperty("/1999/leaseSeconds").GetArrayLength());
        Assert.Contains("(line 2001, byte 10)", answer.Json[2_000].GetProperty("problem").GetProperty("detail").GetString());
        Assert.Contains("(line 2002, byte 10)", answer.Json[2_001].GetProperty("problem").GetProperty("detail").GetString());
        Assert.InRange(answer.Body.Length, 0, 1_000_000);
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
