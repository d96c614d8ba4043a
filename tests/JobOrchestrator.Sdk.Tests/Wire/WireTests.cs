using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace JobOrchestrator.Sdk.Tests.Wire;

public sealed class WireTests
{
    [Fact]
    public void Submit_EveryOptionGiven_IsWrittenAsInTheExample()
    {
        var options = new JobOptions
        {
            Type = "render",
            Queue = "pictures",
            Owner = "shop",
            State = new { rendered = 3 },
            ExternalId = "order-17",
            MaxRetries = 4,
            Backoff = JobBackoff.Exponential(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1), 0.1),
            Lease = TimeSpan.FromSeconds(30),
            TimeLimit = TimeSpan.FromHours(1),
            RunAt = new DateTimeOffset(2030, 1, 1, 8, 0, 0, TimeSpan.FromHours(2)),
            Delay = TimeSpan.FromSeconds(1.5),
            Priority = 5,
            UniqueKey = "cover-of-17",
            UniqueFor = TimeSpan.FromMinutes(5),
            Durable = true,
            Labels = new Dictionary<string, string> { ["area"] = "north", ["tenant"] = "42" },
        };

        SubmitRequest body = Submission.Of(
            new { picture = "cover", width = 1200 },
            typeof(object),
            new JobTypes([]),
            options with { Type = "render" },
            new JobClientOptions());

        AssertWritten("submit.json", body, WireJson.Wire.SubmitRequest);
    }

    [Fact]
    public void Submit_NothingGiven_LeavesEverythingToTheOrchestrator()
    {
        SubmitRequest body = Submission.Of(
            new { }, typeof(object), new JobTypes([]), new JobOptions { Type = "render" }, new JobClientOptions());

        Assert.Equal("""{"type":"render","input":{}}""", JsonSerializer.Serialize(body, WireJson.Wire.SubmitRequest));
    }

    [Fact]
    public void Job_Running_IsRead()
    {
        Job job = Read("job.json", WireJson.Wire.Job);

        Assert.Equal("01956e3c-5a00-7003-8a3b-0d2b5f6c7e81", job.Id);
        Assert.Equal((JobStatus.InProgress, JobPhase.Cancelling), (job.Status, job.Phase));
        Assert.Equal(("render", "pictures", "shop", "order-17"), (job.Type, job.Queue, job.Owner, job.ExternalId));
        Assert.Contains("123456789012345678901234567890", job.Input!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(new JobProgress(30, "3 of 10 tiles"), job.Progress);
        Assert.Equal("The renderer crashed.", job.Error!.Title);
        Assert.Equal((2, 4, 30, 3600, 5), (job.Attempt, job.MaxRetries, job.LeaseSeconds, job.TimeLimitSeconds, job.Priority));
        Assert.Equal(new JobBackoff(JobBackoffKind.Exponential, 2, 60, 0.1), job.Backoff);
        Assert.Equal([new("area", "north"), new("tenant", "42")], job.Labels);
        Assert.True(job.CancelRequested);
        Assert.Equal(5, job.Sequence);
        Assert.Equal([JobAttemptOutcome.Failed, null], job.Attempts.Select(attempt => attempt.Outcome));
        Assert.Equal("render-2", job.Attempts[1].Worker);
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 6, 0, 4, TimeSpan.Zero), job.UpdatedAt);
        Assert.False(job.IsFinished);
    }

    [Fact]
    public void Job_Failed_IsReadWithItsError()
    {
        Job job = Read("job-failed.json", WireJson.Wire.Job);

        Assert.True(job.IsFinished);
        Assert.Equal(
            ("/problems/invalid-input", "The picture does not exist.", 422), (job.Error!.Type, job.Error.Title, job.Error.Status));
        Assert.Equal("cover", job.Error.Detail!.Value.GetProperty("picture").GetString());
        Assert.Equal(new DateTimeOffset(2030, 1, 8, 6, 0, 1, TimeSpan.Zero), job.ExpiresAt);
        JobAttempt attempt = Assert.Single(job.Attempts);
        Assert.Equal((2, 0.5), (attempt.Heartbeats, attempt.LongestGapSeconds));
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 6, 0, 0, 750, TimeSpan.Zero), attempt.LastHeartbeatAt);
    }

    [Fact]
    public void Job_MembersOfALaterVersion_AreIgnored()
    {
        JsonNode later = JsonNode.Parse(WireFile.Read("job.json"))!;
        later["invented"] = new JsonObject { ["later"] = true };
        later["phase"] = "Dreaming";

        Job job = later.Deserialize(WireJson.Wire.Job)!;

        Assert.Equal((JobStatus.InProgress, null), (job.Status, job.Phase));
    }

    [Fact]
    public void LeaseRequest_SeveralQueues_IsWrittenAsInTheExample() =>
        AssertWritten(
            "lease-request.json",
            new LeaseRequest("render-1", 8, 30, ["render"], ["thumbnails"], "1.4.2", 16),
            WireJson.Wire.LeaseRequest);

    [Fact]
    public void Lease_OneJob_IsReadWithItsToken()
    {
        LeasedJob leased = Assert.Single(Read("lease.json", WireJson.Wire.ListLeasedJob));

        Assert.Equal(("hW3s1Fq0.0", 30, "42"), (leased.LeaseToken, leased.LeaseSeconds, leased.Labels["tenant"]));
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 6, 0, 30, TimeSpan.Zero), leased.LeaseExpiresAt);
    }

    [Fact]
    public void Cancels_TheLeasesHeld_AreWrittenAsInTheExample() => AssertWritten(
        "cancels-request.json",
        new CancelsRequest(
            [
                new NamedLease("01956e3c-5a00-7003-8a3b-0d2b5f6c7e81", "hW3s1Fq0.0"),
                new NamedLease("01956e3c-5a00-7003-8a3b-0d2b5f6c7e82", "hW3s1Fq0.1"),
            ],
            30),
        WireJson.Wire.CancelsRequest);

    [Fact]
    public void Cancels_News_IsReadAsOutcomesOfHeartbeats()
    {
        IReadOnlyList<ReportOutcome> news = Read("cancels.json", WireJson.Wire.ReportResponse).Outcomes;

        Assert.Equal([(200, true), (404, false)], news.Select(outcome => (outcome.Status, outcome.CancelRequested)));
        Assert.Equal("01956e3c-5a00-7003-8a3b-0d2b5f6c7e82", news[1].JobId);
    }

    [Fact]
    public void Report_OneOfEachAction_IsWrittenAsInTheExample()
    {
        static Report Of(int last, string action) => new()
        {
            JobId = $"01956e3c-5a00-7003-8a3b-0d2b5f6c7e8{last}",
            Action = action,
            LeaseToken = $"hW3s1Fq0.{last - 1}",
        };

        AssertWritten(
            "report.json",
            new ReportRequest(
            [
                Of(1, Report.Heartbeat) with
                {
                    Progress = new JobProgress(30, "3 of 10 tiles"),
                    State = Json("""{"rendered":3}"""),
                    StateNumber = 2,
                },
                Of(2, Report.Complete) with { Result = Json("""{"file":"cover.png"}""") },
                Of(3, Report.Fail) with
                {
                    Error = new ReportedError(
                        "The picture does not exist.", "/problems/invalid-input", Json("""{"picture":"cover"}"""), 422),
                    Retry = false,
                },
                Of(4, Report.Release) with { Delay = 30 },
            ]),
            WireJson.Wire.ReportRequest);
    }

    [Fact]
    public void ReportOutcomes_OneOfEach_AreRead()
    {
        IReadOnlyList<ReportOutcome> outcomes = Read("report-outcomes.json", WireJson.Wire.ReportResponse).Outcomes;

        Assert.Equal([200, 200, 409, 404], outcomes.Select(outcome => outcome.Status));
        Assert.True(outcomes[0].CancelRequested);
        Assert.True(outcomes[2].Problem!.Is("stale-lease"));
    }

    [Fact]
    public void Event_OfTheBroker_IsRead()
    {
        JobEvent jobEvent = JobEventReader.FromEnvelope(Read("event.json", WireJson.Wire.FeedEvent), JobEventSource.Broker)!;

        Assert.Equal((JobEventKind.Completed, 6L, "shop"), (jobEvent.Kind, jobEvent.Sequence, jobEvent.Owner));
        Assert.Equal("01956e3c-5a00-7003-8a3b-0d2b5f6c7e81-6", jobEvent.Id);
        Assert.Equal((JobStatus.Completed, JobStatus.InProgress), (jobEvent.Status, jobEvent.PreviousStatus));
        Assert.Equal("42", jobEvent.Labels["tenant"]);
        Assert.Equal(TimeSpan.FromSeconds(12.75), jobEvent.Duration);
        Assert.EndsWith("/result", jobEvent.PayloadUri!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public void EventsPage_IsRead()
    {
        var page = FeedPage.Of(Encoding.UTF8.GetBytes(WireFile.Read("events-page.json")));

        Assert.Equal("MDox", page.Cursor);
        Assert.Equal(
            [JobEventKind.Created, JobEventKind.Updated],
            page.Events.Select(envelope => JobEventReader.FromFeed(envelope)!.Kind));
    }

    [Fact]
    public void Problem_IsRead()
    {
        JobProblem problem = Read("problem.json", WireJson.Wire.JobProblem);

        Assert.True(problem.Is("duplicate-job"));
        Assert.Equal((409, true, "01956e3c-5a00-7003-8a3b-0d2b5f6c7e81"), (problem.Status, problem.Retryable, problem.JobId));
    }

    private static JsonElement Json(string text) => JsonElement.Parse(text);

    private static T Read<T>(string file, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(WireFile.Read(file), type)!;

    private static void AssertWritten<T>(string file, T value, JsonTypeInfo<T> type)
    {
        string written = JsonSerializer.Serialize(value, type);

        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(WireFile.Read(file)), JsonNode.Parse(written)),
            $"{file} is not what is written: {written}");
    }

    /// <summary>A job that has had none has no such member, and still a list.</summary>
    [Fact]
    public void Attempts_ThatAreNotSaid_AreNone() =>
        Assert.Empty(JsonSerializer.Deserialize("""{"id":"a","status":"New"}""", WireJson.Wire.Job)!.Attempts);
}
