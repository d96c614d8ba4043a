using System.Text.Json;
using Jobs.Generated;

// A job's round trip by the client that NSwag generates with its default options but for the serializer's.
using var http = new HttpClient();
var client = new JobsClient(http) { BaseUrl = args[0] };
string queue = $"nswag-{Guid.NewGuid():N}";

Job submitted = await client.SubmitJobAsync(null, null, null, new Submission
{
    Queue = queue,
    Type = "greet",
    Input = new { name = "Ada" },
    MaxRetries = "unlimited",
    Backoff = new Backoff { Kind = BackoffKind.Fixed, Seconds = 2 },
});
Check.Equal(JobStatus.New, submitted.Status);
Check.Equal("unlimited", submitted.MaxRetries.ToString());
Check.Equal(30, submitted.LeaseSeconds);
Check.Equal(BackoffKind.Fixed, submitted.Backoff.Kind);
Check.Equal(null, submitted.StartedAt);

Job plain = await client.StartJobAsync(null, null, new Start { Queue = queue, DelaySeconds = 3600 });
Check.Equal("3", plain.MaxRetries.ToString());

LeasedJob leased = (await client.LeaseJobsAsync(queue, new Lease { Worker = "nswag" })).Single();
Check.Equal(submitted.Id, leased.Id);
Check.Equal("Ada", ((JsonElement)leased.Input).GetProperty("name").GetString());

LeaseExtended extended = await client.HeartbeatJobAsync(
    leased.Id, new Heartbeat { LeaseToken = leased.LeaseToken, Progress = new Progress { Percent = 50 } });
Check.Equal(false, extended.CancelRequested);
Check.Equal(50.0, (await client.GetJobAsync(null, null, leased.Id)).Progress.Percent);

Standing standing = await client.CompleteJobAsync(
    leased.Id, new Complete { LeaseToken = leased.LeaseToken, Result = new { hello = "Ada" } });
Check.Equal(JobStatus.Completed, standing.Status);
Check.Equal("Ada", ((JsonElement)await client.GetJobResultAsync(leased.Id, null)).GetProperty("hello").GetString());

// The generator gives parameters no defaults. The document adds new ones at the end, and each release may.
Job listed = (await client.ListJobsAsync(
    JobStatus.Completed, queue, null, null, null, null, 10, null, null, null, null, null, null, null, null, null, null, null)).Single();
Check.Equal(AttemptOutcome.Completed, listed.Attempts.Single().Outcome);

ReportOutcomes outcomes = await client.ReportJobsAsync(new Reports
{
    Reports1 =
    [
        new Report
        {
            JobId = leased.Id,
            Action = ReportAction.Fail,
            LeaseToken = "stale",
            Error = new ErrorReport { Title = "Too late." },
        },
    ],
});
Check.Equal(409, outcomes.Outcomes.Single().Status);

// Nothing to lease is 204, which NSwag tells by an exception that says so.
ApiException none = await Check.ThrowsAsync<ApiException>(() => client.LeaseJobsAsync(queue, new Lease { Worker = "nswag" }));
Check.Equal(204, none.StatusCode);

ApiException<Problem> refused = await Check.ThrowsAsync<ApiException<Problem>>(
    () => client.SubmitJobAsync(null, null, null, new Submission { Queue = queue, LeaseSeconds = 0 }));
Check.Equal(422, refused.StatusCode);
Check.Equal("/problems/invalid-request", refused.Result.Type);
Check.Equal("/leaseSeconds", refused.Result.Errors.Keys.Single());
Console.WriteLine("round trip: ok");

internal static class Check
{
    public static void Equal(object? expected, object? actual)
    {
        if (!Equals(expected, actual))
        {
            throw new InvalidOperationException($"Expected {expected}, found {actual}.");
        }
    }

    public static async Task<T> ThrowsAsync<T>(Func<Task> act)
        where T : Exception
    {
        try
        {
            await act();
        }
        catch (T thrown)
        {
            return thrown;
        }

        throw new InvalidOperationException($"{typeof(T).Name} was not thrown.");
    }
}
