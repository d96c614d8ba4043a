using EndToEnd.Worker;
using JobOrchestrator.Sdk;

namespace EndToEnd.Workers;

/// <summary>A job that kills whoever works it.</summary>
[Collection(SharedSuite.Name)]
public sealed class PoisonTests(SharedSuite shared)
{
    [UnixFact]
    public async Task EachAttemptKillsItsProcess_FailsAfterItsRetriesWhileTheQueueGoesOn()
    {
        string queue = SharedSuite.NewQueue("poison");
        var options =
            new JobOptions { Queue = queue, Lease = TimeSpan.FromSeconds(1), Backoff = JobBackoff.Fixed(TimeSpan.Zero), MaxRetries = 2 };

        // Its lease outlasts the worker that it kills by so much that a slow machine, too, works something else meanwhile.
        string poison = (await shared.Client.EnqueueAsync(
            new Work { IsDeadly = true }, options with { Lease = TimeSpan.FromSeconds(4) })).Id;
        List<string> others = [];
        while (others.Count < 60)
        {
            // What runs beside the poison dies with it, and must not count that as its own fault too early.
            others.Add((await shared.Client.EnqueueAsync(
                new Work { Milliseconds = 100 }, options with { Lease = TimeSpan.FromSeconds(2), MaxRetries = 6 })).Id);
        }

        await using var fleet = new Fleet(2, name => WorkerProcess.Start(shared.Suite, name, queue, concurrency: 2));
        Job failed = await shared.FinishedAsync(poison);

        Assert.Equal(JobStatus.Failed, failed.Status);
        Assert.Equal([(1, JobAttemptOutcome.LeaseLost), (2, JobAttemptOutcome.LeaseLost), (3, JobAttemptOutcome.LeaseLost)],
            failed.Attempts.Select(attempt => (attempt.Number, attempt.Outcome!.Value)));
        Assert.All(failed.Attempts, attempt => Assert.NotNull(attempt.Worker));
        Job[] finished = await Task.WhenAll(others.Select(shared.FinishedAsync));
        Assert.All(finished, job => Assert.Equal(JobStatus.Completed, job.Status));
        Assert.Contains(finished, job => job.FinishedAt > failed.StartedAt && job.FinishedAt < failed.FinishedAt);
    }
}
