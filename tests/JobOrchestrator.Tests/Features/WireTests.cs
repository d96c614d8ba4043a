using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Tests.Features;

/// <summary>The example documents that the SDK is tested against, too, so that neither side drifts.</summary>
public sealed class WireTests
{
    [Fact]
    public async Task Submit_TheExample_IsTakenWholly()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonObject submission = Example("submit.json").AsObject();
        // Every member stands in the file; these two exclude each other.
        submission.Remove("delaySeconds");

        Answer answer = await host.PostAsync("/jobs", submission.ToJsonString());

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        JsonObject job = JsonNode.Parse(answer.Text)!.AsObject();
        foreach ((string name, JsonNode? value) in submission)
        {
            Assert.True(JsonNode.DeepEquals(value, job[name]), $"{name}: {job[name]}");
        }
    }

    [Theory]
    [InlineData("job.json", false)]
    [InlineData("job-failed.json", false)]
    [InlineData("lease.json", true)]
    public void Job_TheExamples_AreWrittenMemberForMember(string file, bool leased)
    {
        JsonObject example = (Example(file) is JsonArray array ? array[0]! : Example(file)).AsObject();

        JsonObject written = JsonNode.Parse(JsonAnswer.ToUtf8(ToJob(example), leased ? JobJson.WriteLeased : Write))!.AsObject();

        foreach ((string name, JsonNode? value) in example)
        {
            Assert.True(Covers(written[name], value), $"{name}: expected {value}, wrote {written[name]}");
        }

        // What we write beyond the examples is a fixed set.
        Assert.Subset(
            new HashSet<string> { "cancelRequested" },
            written.Select(member => member.Key).Except(example.Select(member => member.Key)).ToHashSet());
    }

    private static void Write(Utf8JsonWriter writer, Job job) =>
        JobJson.Write(writer, job, job.PhaseAt(isPaused: false, job.UpdatedAt), Caller.Anyone);

    [Fact]
    public async Task Lease_TheExample_IsTaken()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"queue":"thumbnails","type":"render"}""");

        Answer answer = await host.PostAsync("/queues/pictures/lease", Example("lease-request.json").ToJsonString());

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task Report_TheExample_IsReadWholly()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs/report", Example("report.json").ToJsonString());

        Assert.Equal(
            [404, 404, 404, 404],
            answer.Json.GetProperty("outcomes").EnumerateArray().Select(outcome => outcome.GetProperty("status").GetInt32()));
        AssertSameMembers(Example("report-outcomes.json")["outcomes"]![3]!, JsonNode.Parse(answer.Text)!["outcomes"]![3]!);
    }

    [Fact]
    public async Task Cancels_TheExample_IsReadWhollyAndAnsweredSo()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();
        await host.PostAsync($"/jobs/{id}/cancel", "");
        JsonNode request = Example("cancels-request.json");
        request["leases"]![0] = new JsonObject { ["jobId"] = id.ToString(), ["leaseToken"] = token };

        Answer answer = await host.PostAsync("/jobs/cancels", request.ToJsonString());

        JsonArray outcomes = JsonNode.Parse(answer.Text)!["outcomes"]!.AsArray();
        JsonNode cancelled = outcomes.Single(outcome => outcome!["jobId"]!.GetValue<string>() == id.ToString())!;
        JsonArray example = Example("cancels.json")["outcomes"]!.AsArray();
        AssertSameMembers(example[0]!, cancelled);
        AssertSameMembers(example[1]!, outcomes.First(outcome => outcome!["jobId"]!.GetValue<string>() != id.ToString())!);
    }

    [Fact]
    public async Task Problem_TheExample_HasTheMembersOfOurs()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"uniqueKey":"k"}""");

        Answer answer = await host.PostAsync("/jobs", """{"uniqueKey":"k"}""");

        AssertSameMembers(Example("problem.json"), JsonNode.Parse(answer.Text)!);
    }

    /// <summary>Whether the written value holds everything that the example's does; a backoff is written with its defaults.</summary>
    private static bool Covers(JsonNode? written, JsonNode? example) =>
        example is JsonObject members && members.ContainsKey("kind")
            ? members.All(member => JsonNode.DeepEquals(member.Value, written?[member.Key]))
            : JsonNode.DeepEquals(example, written);

    private static void AssertSameMembers(JsonNode example, JsonNode written) =>
        Assert.Superset(
            example.AsObject().Select(member => member.Key).ToHashSet(), written.AsObject().Select(member => member.Key).ToHashSet());

    private static JsonNode Example(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "wire", name)))!;

    /// <summary>The job that an example shows.</summary>
    private static Job ToJob(JsonObject json)
    {
        static JsonText? Raw(JsonNode? node) => node is null ? null : JsonText.Of(node.ToJsonString());
        return new Job
        {
            Id = new JobId(json["id"]!.GetValue<Guid>()),
            Order = 0,
            Spec = new JobSpec
            {
                ExternalId = json["externalId"]?.GetValue<string>(),
                Type = json["type"]!.GetValue<string>(),
                Queue = json["queue"]!.GetValue<string>(),
                Owner = json["owner"]?.GetValue<string>(),
                Input = Raw(json["input"]),
                MaxRetries = json["maxRetries"]?.GetValue<int>(),
                Backoff = json["backoff"] is { } backoff
                    ? new Backoff(
                        Enum.Parse<BackoffKind>(backoff["kind"]!.GetValue<string>(), ignoreCase: true),
                        backoff["seconds"]!.GetValue<double>(),
                        backoff["maxSeconds"]?.GetValue<double>() ?? 300,
                        backoff["jitter"]?.GetValue<double>() ?? 0)
                    : Backoff.Default,
                LeaseSeconds = json["leaseSeconds"]!.GetValue<int>(),
                TimeLimitSeconds = json["timeLimitSeconds"]?.GetValue<int>(),
                UniqueKey = json["uniqueKey"]?.GetValue<string>(),
                UniqueSeconds = json["uniqueSeconds"]?.GetValue<int>(),
                Durable = json["durable"]?.GetValue<bool>() ?? true,
                Traceparent = json["traceparent"]?.GetValue<string>(),
                Tracestate = json["tracestate"]?.GetValue<string>(),
            },
            Status = Enum.Parse<JobStatus>(json["status"]!.GetValue<string>()),
            State = Raw(json["state"]),
            Result = Raw(json["result"]),
            Progress = json["progress"] is { } progress
                ? new Progress(progress["percent"]?.GetValue<double>(), progress["message"]?.GetValue<string>())
                : null,
            Error = json["error"] is { } error ? new JobError(
                error["type"]!.GetValue<string>(),
                error["title"]!.GetValue<string>(),
                Raw(error["detail"]),
                error["status"]?.GetValue<int>()) : null,
            Attempt = json["attempt"]!.GetValue<int>(),
            RunAt = json["runAt"]!.GetValue<DateTimeOffset>(),
            Priority = json["priority"]!.GetValue<int>(),
            Labels = JobLabels.Of((json["labels"]?.AsObject() ?? []).Select(
                label => KeyValuePair.Create(label.Key, label.Value!.GetValue<string>()))),
            CancelRequested = json["cancelRequested"]?.GetValue<bool>() ?? false,
            Lease = json["leaseToken"] is { } token
                ? new Lease(token.GetValue<string>(), "w", json["leaseExpiresAt"]!.GetValue<DateTimeOffset>())
                : null,
            Attempts =
            [
                .. (json["attempts"]?.AsArray() ?? []).Select(attempt => new Attempt(
                    attempt!["number"]!.GetValue<int>(),
                    attempt["worker"]!.GetValue<string>(),
                    attempt["startedAt"]!.GetValue<DateTimeOffset>(),
                    "t",
                    attempt["endedAt"]?.GetValue<DateTimeOffset>(),
                    attempt["outcome"] is { } outcome ? Enum.Parse<AttemptOutcome>(outcome.GetValue<string>()) : null,
                    attempt["error"]?.GetValue<string>())
                {
                    Heartbeats = attempt["heartbeats"] is { } beats
                        ? new Heartbeats(
                            beats.GetValue<int>(),
                            attempt["lastHeartbeatAt"]!.GetValue<DateTimeOffset>(),
                            TimeSpan.FromSeconds(attempt["longestGapSeconds"]!.GetValue<double>()))
                        : null,
                }),
            ],
            Sequence = json["sequence"]!.GetValue<long>(),
            CreatedAt = json["createdAt"]!.GetValue<DateTimeOffset>(),
            StartedAt = json["startedAt"]?.GetValue<DateTimeOffset>(),
            UpdatedAt = json["updatedAt"]!.GetValue<DateTimeOffset>(),
            FinishedAt = json["finishedAt"]?.GetValue<DateTimeOffset>(),
            ExpiresAt = json["expiresAt"]?.GetValue<DateTimeOffset>(),
        };
    }
}
