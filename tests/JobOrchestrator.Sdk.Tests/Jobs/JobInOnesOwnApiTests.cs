using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Sdk.Tests.Jobs;

/// <summary>What an app's own API shows of a job or an event, with whatever JSON options it has.</summary>
public sealed class JobInOnesOwnApiTests
{
    private static readonly Job Example = new()
    {
        Id = "a",
        Status = JobStatus.InProgress,
        Backoff = JobBackoff.Exponential(TimeSpan.FromSeconds(1)),
        Attempts = [new JobAttempt(1, Outcome: JobAttemptOutcome.LeaseLost)],
    };

    public static TheoryData<JsonSerializerOptions> Options =>
    [
        JsonSerializerOptions.Default,
        JsonSerializerOptions.Web,
        new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true },
    ];

    [Theory]
    [MemberData(nameof(Options))]
    public void Job_Written_SaysItsStatusInWords(JsonSerializerOptions options)
    {
        string json = JsonSerializer.Serialize(Example, options).Replace(" ", "", StringComparison.Ordinal);

        Assert.Contains("tatus\":\"InProgress\"", json, StringComparison.Ordinal);
        Assert.Contains("ind\":\"exponential\"", json, StringComparison.Ordinal);
        Assert.Contains("utcome\":\"LeaseLost\"", json, StringComparison.Ordinal);
        Assert.Contains("axRetries\":\"unlimited\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Job_WrittenAndRead_IsTheSame(JsonSerializerOptions options)
    {
        Job read = JsonSerializer.Deserialize<Job>(JsonSerializer.Serialize(Example, options), options)!;

        Assert.Equal(
            (Example.Status, Example.Backoff, JobAttemptOutcome.LeaseLost, null),
            (read.Status, read.Backoff, read.Attempts[0].Outcome, read.MaxRetries));
    }

    [Fact]
    public void Event_Written_SaysItsKindInWordsAndItsErrorAsAJobDoes()
    {
        var failed = new JobEvent
        {
            Kind = JobEventKind.Failed,
            JobId = "a",
            Sequence = 3,
            Status = JobStatus.Failed,
            Error = new JobError("The printer burns.", Status: 503),
        };

        string json = JsonSerializer.Serialize(failed, JsonSerializerOptions.Web);

        Assert.Contains("\"kind\":\"Failed\"", json, StringComparison.Ordinal);
        Assert.Contains("\"delivery\":\"New\",\"source\":\"Broker\"", json, StringComparison.Ordinal);
        Assert.Contains("\"error\":{\"title\":\"The printer burns.\",\"type\":null,\"status\":503", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"The printer burns.\"", null)]
    [InlineData("""{"title":"The printer burns.","status":503,"type":"/problems/printer"}""", 503)]
    public async Task Event_ErrorAsATitleOrAsADocument_IsAnError(string error, int? status)
    {
        string delivery = """{"type":"job.failed","data":{"jobId":"a","sequence":3,"status":"Failed","error":""" + error + "}}";

        JobEvent? failed = Assert.Single(await JobEventReader.FromDeliveryAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(delivery)), isEnvelope: true, CancellationToken.None));

        Assert.Equal(("The printer burns.", status), (failed!.Error!.Title, failed.Error.Status));
    }
}
