using EndToEnd.Worker;
using JobOrchestrator.Sdk;

namespace EndToEnd.Workers;

/// <summary>A worker that stands still for longer than its lease.</summary>
[Collection(SharedSuite.Name)]
public sealed class FrozenWorkerTests(SharedSuite shared)
{
    [UnixFact]
    public async Task Wake_LeaseOverAndJobDoneByAnother_ReportIsRefusedAndChangesNothing()
    {
        string queue = SharedSuite.NewQueue("frozen");
        string id = (await shared.Client.EnqueueAsync(
            new Work { Milliseconds = 1_500, IsDisobedient = true },
            new JobOptions { Queue = queue, Lease = TimeSpan.FromSeconds(2), Backoff = JobBackoff.Fixed(TimeSpan.Zero) })).Id;
        await using var first = WorkerProcess.Start(shared.Suite, "first", queue);
        await first.JournalAsync(id, 1, "began");
        first.Freeze();
        await using var second = WorkerProcess.Start(shared.Suite, "second", queue);
        Job done = await shared.FinishedAsync(id);

        first.Wake();
        await first.LogAsync($"Job {id}: complete was refused with 409");

        Job after = (await shared.Client.GetAsync(id))!;
        Assert.Equal(["1 first LeaseLost", "2 second Completed"], done.InWords());
        Assert.Equal(["1 first LeaseLost", "2 second Completed", "1 first Refused"], after.InWords());
        Assert.Equal(new WorkResult("second", 2, 0), after.ReadResult<WorkResult>());
        Assert.Equal((done.Sequence, done.Status, done.FinishedAt), (after.Sequence, after.Status, after.FinishedAt));
    }
}
