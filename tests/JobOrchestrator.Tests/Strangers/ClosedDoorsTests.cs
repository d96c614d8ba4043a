using System.Net;
using JobOrchestrator.Hosting;
using JobOrchestrator.Tests.Features;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>Security review L10: every door was open to everybody, and relay's hands out jobs by GET.</summary>
public sealed class ClosedDoorsTests
{
    [Theory]
    [InlineData("GET /next?queue=q", 404, "Doors:Relay=true")]
    [InlineData("POST /enqueue", 404, "Doors:Relay=true")]
    [InlineData("GET /v1/queues/q/jobs", 404, "Doors:Relay=true")]
    [InlineData("POST /v2/queues/jobs", 404, "Doors:Relay=true")]
    [InlineData("DELETE /v2/queues/q/jobs/a", 404, "Doors:Relay=true")]
    [InlineData("POST /", 405, "Doors:Hasty=true")]
    [InlineData("GET /0190163d-8694-739b-aea5-966c26f8ad91", 404, "Doors:Hasty=true")]
    [InlineData("GET /job", 404, null)]
    [InlineData("GET /v3/queues/q/jobs", 404, null)]
    public async Task Door_UnlessAskedFor_IsClosedAndSaysHowItIsOpened(string request, int status, string? hint)
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: Configured());
        await host.PostAsync("/jobs", """{"queue":"q"}""");
        string[] parts = request.Split(' ');

        Answer answer = await host.SendAsync(new HttpMethod(parts[0]), parts[1], parts[0] == "GET" ? null : "{}");

        answer.ShouldBeProblem((HttpStatusCode)status, status == 404 ? "route-not-found" : "method-not-allowed");
        Assert.Equal(hint is not null, answer.Text.Contains("door", StringComparison.Ordinal));
        Assert.Contains(hint ?? "", answer.Text, StringComparison.Ordinal);
        Assert.Equal("New", (await host.GetAsync("/jobs")).Json[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task Hint_AtADoorThatIsOpen_IsNotGiven()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Doors:Relay"] = "true", ["Doors:Hasty"] = "false" });

        Assert.Equal(HttpStatusCode.NoContent, (await host.GetAsync("/next?queue=q")).Status);
        Assert.Contains("Doors:Hasty=true", (await host.PostAsync("/", "{}")).Text, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> Configured()
    {
        var unsaid = new DoorOptions();
        return new() { ["Doors:Relay"] = $"{unsaid.Relay}", ["Doors:Hasty"] = $"{unsaid.Hasty}" };
    }
}
