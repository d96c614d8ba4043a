using System.Globalization;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace FindCost;

/// <summary>
/// Jobs as services have them: eight queues, ten types, three owners, a tenant out of a thousand, an externalId each, forty workers; of
/// those that end one in a hundred fails.
/// </summary>
internal static class Filling
{
    private const int InOneCommand = 500;

    /// <summary>Makes jobs that end.</summary>
    public static async Task EndedAsync(JobShards shards, int jobs)
    {
        for (int begun = 0; begun < jobs; begun += InOneCommand)
        {
            await SubmitAsync(shards, begun, Math.Min(InOneCommand, jobs - begun), "");
            var done = new List<Task>();
            while (await LeaseAsync(shards, begun / InOneCommand) is { Count: > 0 } leased)
            {
                done.AddRange(leased.Select((job, place) => shards.ProposeAsync(0, End(job, (begun + place) % 100), default)));
            }

            await Task.WhenAll(done);
        }
    }

    /// <summary>Makes jobs that wait for a worker.</summary>
    public static async Task WaitingAsync(JobShards shards, int jobs)
    {
        for (int begun = 0; begun < jobs; begun += InOneCommand)
        {
            await SubmitAsync(shards, 1_000_000 + begun, Math.Min(InOneCommand, jobs - begun), "w");
        }

        await LeaseAsync(shards, 0, "w");
    }

    private static Task<IReadOnlyList<Job>> LeaseAsync(JobShards shards, int round, string kind = "") => shards.LeaseAsync(
        new Command.Lease(
            [.. Enumerable.Range(0, 8).Select(queue => Queue(queue, kind))],
            $"worker-{round % 40}",
            400,
            null,
            Guid.NewGuid().ToString("N")),
        TimeSpan.Zero,
        default);

    private static Command End(Job job, int hundredth) => hundredth == 0
        ? new Command.Fail(job.Id, job.Lease!.Token, new JobError("urn:error:timeout", "It took too long."), TryAgain: false)
        : new Command.Complete(job.Id, job.Lease!.Token, JsonText.Of("""{"done":true}"""));

    private static async Task SubmitAsync(JobShards shards, int first, int jobs, string kind)
    {
        Outcome outcome = await shards.ProposeAsync(
            0, new Command.EnqueueMany([.. Enumerable.Range(first, jobs).Select(number => New(shards, number, kind))]), default);
        if (outcome is Outcome.Refused { Why: var refusal })
        {
            throw new InvalidOperationException($"{refusal}");
        }
    }

    private static NewJob New(JobShards shards, int number, string kind) => new()
    {
        Id = shards.NewId(Queue(number, kind)),
        Spec = new JobSpec
        {
            Type = $"type-{number / 8 % 10}",
            Queue = Queue(number, kind),
            Owner = $"owner-{number % 3}",
            ExternalId = $"order-{number}",
            LeaseSeconds = 3_600,
            Input = JsonText.Of("""{"document":"s3://bucket/some/where/about/so/long","pages":[1,2,3]}"""),
        },
        Labels = JobLabels.Of(
        [
            KeyValuePair.Create("tenant", ((number * 7_919L) % 1_000).ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create("region", number % 2 == 0 ? "eu" : "us"),
        ]),
    };

    private static string Queue(int number, string kind) => $"queue-{kind}{number % 8}";
}
