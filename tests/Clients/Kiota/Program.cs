using Jobs.Generated;
using Jobs.Generated.Models;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Http.HttpClientLibrary;

// A job's round trip by the client that Kiota generates. The paths of /jobs are JobsEscaped there, because /Jobs/StartJob and its two
// neighbours differ by one letter's case.
using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider()) { BaseUrl = args[0] };
var client = new JobsClient(adapter);
string queue = $"kiota-{Guid.NewGuid():N}";

Job submitted = (await client.JobsEscaped.PostAsync(new Submission
{
    Queue = queue,
    Type = "greet",
    Input = new UntypedObject(new Dictionary<string, UntypedNode> { ["name"] = new UntypedString("Ada") }),
    MaxRetries = new UntypedString("unlimited"),
    Backoff = new Backoff { Kind = BackoffKind.Fixed, Seconds = 2 },
}))!;
Check.Equal(JobStatus.New, submitted.Status);
Check.Equal("unlimited", ((UntypedString)submitted.MaxRetries!).GetValue());
Check.Equal(30, submitted.LeaseSeconds);
Check.Equal(BackoffKind.Fixed, submitted.Backoff!.Kind);

Job plain = (await client.Jobs.StartJob.PostAsync(new Start { Queue = queue, DelaySeconds = 3600 }))!;
Check.Equal("3", await KiotaJsonSerializer.SerializeAsStringAsync(plain.MaxRetries!));

LeasedJob leased = (await client.Queues[queue].Lease.PostAsync(new Lease { Worker = "kiota" }))!.Single();
Check.Equal(submitted.Id, leased.Id);
Check.Equal("Ada", ((UntypedString)((UntypedObject)leased.Input!).GetValue()["name"]).GetValue());

LeaseExtended extended = (await client.JobsEscaped[leased.Id!.Value].Heartbeat.PostAsync(
    new Heartbeat { LeaseToken = leased.LeaseToken, Progress = new Progress { Percent = 50 } }))!;
Check.Equal(false, extended.CancelRequested);
Check.Equal(50.0, (await client.JobsEscaped[leased.Id!.Value].GetAsync())!.Progress!.Percent);

Standing standing = (await client.JobsEscaped[leased.Id!.Value].Complete.PostAsync(
    new Complete { LeaseToken = leased.LeaseToken, Result = new UntypedString("Hello, Ada") }))!;
Check.Equal(JobStatus.Completed, standing.Status);
UntypedNode result = (await client.JobsEscaped[leased.Id!.Value].Result.GetAsync())!;
Check.Equal("Hello, Ada", ((UntypedString)result).GetValue());

List<Job> listed = (await client.JobsEscaped.GetAsync(request =>
{
    request.QueryParameters.Queue = queue;
    request.QueryParameters.Status = JobStatus.Completed;
    request.QueryParameters.CreatedAfter = DateTimeOffset.UtcNow.AddHours(-1);
    request.QueryParameters.Limit = 10;
}))!;
Check.Equal(AttemptOutcome.Completed, listed.Single().Attempts!.Single().Outcome);

Check.Equal(null, await client.Queues[queue].Lease.PostAsync(new Lease { Worker = "kiota" }));

try
{
    await client.JobsEscaped.PostAsync(new Submission { Queue = queue, LeaseSeconds = 0 });
    throw new InvalidOperationException("A lease of 0 s was taken.");
}
catch (Problem problem)
{
    Check.Equal(422, problem.Status);
    Check.Equal("/problems/invalid-request", problem.Type);
}

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
}
