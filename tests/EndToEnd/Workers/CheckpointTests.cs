using System.Globalization;
using EndToEnd.Worker;
using JobOrchestrator.Sdk;

namespace EndToEnd.Workers;

/// <summary>What a worker saved before it was killed.</summary>
[Collection(SharedSuite.Name)]
public sealed class CheckpointTests(SharedSuite shared)
{
    [UnixFact]
    public async Task Kill_AfterACheckpoint_TheNextAttemptGoesOnFromIt()
    {
        string queue = SharedSuite.NewQueue("checkpoint");
        string id = (await shared.Client.EnqueueAsync(
            new Work { Milliseconds = 2_000, Steps = 10, SavesCheckpoints = true },
            new JobOptions { Queue = queue, Lease = TimeSpan.FromSeconds(2), Backoff = JobBackoff.Fixed(TimeSpan.Zero) })).Id;
        await using var first = WorkerProcess.Start(shared.Suite, "first", queue);
        await first.JournalAsync(id, 1, "saved 3");

        first.Kill();
        Job left = await shared.JobAsync(
            id, job => job.Attempts[0].Outcome == JobAttemptOutcome.LeaseLost, "the first attempt's lease is lost");
        await using var second = WorkerProcess.Start(shared.Suite, "second", queue);

        int checkpoint = left.ReadState<int>();
        Assert.InRange(checkpoint, 3, 9);
        Assert.Equal(checkpoint, int.Parse(await second.JournalAsync(id, 2, "began"), CultureInfo.InvariantCulture));
        Job done = await shared.FinishedAsync(id);
        Assert.Equal(["1 first LeaseLost", "2 second Completed"], done.InWords());
        Assert.Equal(new WorkResult("second", 2, checkpoint), done.ReadResult<WorkResult>());
    }
}
