using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Tests.Doors;

namespace JobOrchestrator.Tests.Features;

/// <summary>
/// Each request takes the members that the API's document gives it and refuses the others: a checkpoint that came with a release was
/// answered 200 and lost.
/// </summary>
public sealed class MembersTests
{
    /// <summary>Every member of any request, with a value that would be taken, and what it needs beside it.</summary>
    private static readonly Dictionary<string, string> Values = new()
    {
        ["owner"] = "\"o\"",
        ["type"] = "\"t\"",
        ["queue"] = "\"q\"",
        ["input"] = "1",
        ["parameters"] = "{}",
        ["state"] = "{\"page\":7}",
        ["externalId"] = "\"e\"",
        ["maxRetries"] = "1",
        ["backoff"] = "{}",
        ["leaseSeconds"] = "9",
        ["timeLimitSeconds"] = "9",
        ["runAt"] = "\"2030-01-01T00:00:00Z\"",
        ["delaySeconds"] = "1",
        ["priority"] = "1",
        ["uniqueKey"] = "\"k\"",
        ["uniqueSeconds"] = "1,\"uniqueKey\":\"k\"",
        ["durable"] = "true",
        ["labels"] = "{\"tenant\":\"42\"}",
        ["initialTimeout"] = "0",
        ["jobs"] = "[]",
        ["worker"] = "\"w\"",
        ["max"] = "1",
        ["wait"] = "0",
        ["types"] = "[\"t\"]",
        ["queues"] = "[\"q\"]",
        ["version"] = "\"1.0\"",
        ["slots"] = "1",
        ["leaseToken"] = "\"t\"",
        ["progress"] = "{\"percent\":1}",
        ["stateNumber"] = "1,\"state\":1",
        ["result"] = "1",
        ["error"] = "\"e\"",
        ["retry"] = "true",
        ["delay"] = "1",
        ["jobId"] = "\"00000000-0000-7000-8000-000000000000\"",
        ["action"] = "\"heartbeat\"",
        ["reports"] = "[]",
        ["leases"] = "[]",
        ["text"] = "\"t\"",
    };

    /// <summary>Requests, and the schemas that they are in the document; <c>@</c> is the place of the member.</summary>
    [Theory]
    [InlineData("POST /jobs", "{@}", "", "Submission")]
    [InlineData("POST /Jobs/StartJob", "{@}", "", "Start")]
    [InlineData("POST /Jobs/StartJobWithTimeout", "{@}", "", "Start")]
    [InlineData("POST /jobs/batch", "[{@}]", "/0", "Submission")]
    [InlineData("PATCH /jobs/ID", "{@}", "", "Move")]
    [InlineData("POST /queues/q/lease", "{@}", "", "Lease")]
    [InlineData("POST /jobs/ID/heartbeat", "{@}", "", "Heartbeat")]
    [InlineData("POST /jobs/ID/complete", "{@}", "", "Complete")]
    [InlineData("POST /jobs/ID/fail", "{@}", "", "Fail")]
    [InlineData("POST /jobs/ID/release", "{@}", "", "Release")]
    [InlineData("POST /jobs/report", "{@}", "", "Reports")]
    [InlineData("POST /jobs/report", """{"reports":[{"action":"heartbeat",@}]}""", "/reports/0", "Heartbeat")]
    [InlineData("POST /jobs/report", """{"reports":[{@,"action":"complete"}]}""", "/reports/0", "Complete")]
    [InlineData("POST /jobs/report", """{"reports":[{@,"action":"fail"}]}""", "/reports/0", "Fail")]
    [InlineData("POST /jobs/report", """{"reports":[{"action":"release",@}]}""", "/reports/0", "Release")]
    [InlineData("POST /jobs/cancels", "{@}", "", "HeldLeases")]
    [InlineData("POST /marks", "{@}", "", "NewMark")]
    public async Task Request_TakesTheMembersOfItsSchemaAndRefusesTheOthers(string request, string body, string place, string schema)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        ApiDocument document = await ApiDocument.OfAsync(host);
        JobId id = await host.SubmitAsync();
        string[] taken =
        [
            .. document.Schemas.GetProperty(schema).GetProperty("properties").EnumerateObject().Select(member => member.Name),
            // As useful there as input is, whose other name it is.
            .. schema == "Submission" ? ["parameters"] : Array.Empty<string>(),
            // Each report has its own.
            .. place.StartsWith("/reports", StringComparison.Ordinal) ? ["jobId", "action"] : Array.Empty<string>(),
        ];
        Assert.Empty(taken.Except(Values.Keys));

        List<string> refused = [];
        bool namesAction = body.Contains("action", StringComparison.Ordinal);
        foreach ((string member, string value) in Values.Where(value => value.Key != "action" || !namesAction))
        {
            Answer answer = await host.CallAsync(
                request.Replace("ID", id.ToString(), StringComparison.Ordinal),
                body.Replace("@", $"\"{member}\":{value}", StringComparison.Ordinal));
            if (ErrorsOf(answer).TryGetProperty($"{place}/{member}", out _))
            {
                refused.Add(member);
            }
        }

        Assert.Equal(Values.Keys.Except(taken), refused);
    }

    [Theory]
    [InlineData("release", "\"state\":{\"page\":7}", "/state", "Only a heartbeat takes it: send one first.")]
    [InlineData("complete", "\"error\":\"boom\"", "/error", "Only fail takes it.")]
    [InlineData("complete", "\"progress\":{\"percent\":100}", "/progress", "Only a heartbeat takes it: send one first.")]
    [InlineData("heartbeat", "\"result\":1", "/result", "Only complete takes it.")]
    [InlineData("release", "\"retry\":false", "/retry", "Only fail takes it.")]
    [InlineData("complete", "\"delay\":1", "/delay", "Only release takes it.")]
    [InlineData(
        "fail", "\"error\":\"e\",\"delay\":1", "/delay", "Only release takes it. How long a failed job waits is said by its backoff.")]
    public async Task Report_WithAMemberOfAnother_IsToldAndTheJobIsStillTheWorkers(
        string action, string members, string place, string said)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();

        Answer alone = await host.PostAsync($"/jobs/{id}/{action}", $$"""{"leaseToken":"{{token}}",{{members}}}""");
        Answer many = await host.PostAsync(
            "/jobs/report", $$"""{"reports":[{"jobId":"{{id}}",{{members}},"leaseToken":"{{token}}","action":"{{action}}"}]}""");

        alone.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        Assert.Equal(said, Assert.Single(ErrorsOf(alone).GetProperty(place).EnumerateArray()).GetString());
        Assert.Equal(said, Assert.Single(ErrorsOf(many).GetProperty("/reports/0" + place).EnumerateArray()).GetString());
        Assert.Equal("InProgress", (await host.GetAsync($"/jobs/{id}")).JobStatus);
    }

    /// <summary>Clients that write their nulls say nothing by them; and what older clients send is ignored where that is set.</summary>
    [Theory]
    [InlineData("Refuse", """ "state":null,"stateNumber":null,"progress":null,"error":null,"retry":null,"delay":null """)]
    [InlineData("Warn", """ "state":{},"stateNumber":1,"progress":{"percent":1},"error":"e","retry":false,"delay":1 """)]
    [InlineData("Ignore", """ "state":{},"stateNumber":1,"progress":{"percent":1},"error":"e","retry":false,"delay":1 """)]
    public async Task Complete_WithOthersMembersThatMayBeThere_IsTaken(string policy, string members)
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:UnknownMembers"] = policy });
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();

        Answer answer = await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}",{{members}}}""");

        Assert.Equal((HttpStatusCode.OK, "Completed"), (answer.Status, answer.JobStatus));
    }

    [Theory]
    [InlineData("/jobs", """{"initialTimeout":5000}""", "/initialTimeout",
        "Only POST /Jobs/StartJobWithTimeout waits so long. Here the header Prefer: wait=N waits up to N seconds.")]
    [InlineData("/jobs/batch", """[{},{"initialTimeout":0}]""", "/1/initialTimeout",
        "Only POST /Jobs/StartJobWithTimeout waits so long. A batch is answered at once.")]
    public async Task Submit_WithATimeoutThatNothingWaitsFor_IsToldAndNothingIsSubmitted(
        string path, string body, string place, string said)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync(path, body);

        answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        Assert.Equal(said, Assert.Single(ErrorsOf(answer).GetProperty(place).EnumerateArray()).GetString());
        Assert.Equal("[]", (await host.GetAsync("/jobs")).Text);
    }

    /// <summary>The faults of a problem, or of that of the only report.</summary>
    private static JsonElement ErrorsOf(Answer answer)
    {
        JsonElement json = answer.Body.Length == 0 ? default : answer.Json;
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("outcomes", out JsonElement outcomes))
        {
            json = outcomes.GetArrayLength() > 0 && outcomes[0].TryGetProperty("problem", out JsonElement problem) ? problem : default;
        }

        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("errors", out JsonElement errors)
            ? errors
            : JsonDocument.Parse("{}").RootElement;
    }
}
