using EndToEnd.Worker;
using JobOrchestrator.Sdk;

namespace EndToEnd.Workers;

/// <summary>A worker that is asked to end, as every deployment does.</summary>
[Collection(SharedSuite.Name)]
public sealed class ShutdownTests(SharedSuite shared)
{
    [UnixFact]
    public async Task Terminate_FinishesWhatItCanReleasesTheRestAndChargesNobody()
    {
        string queue = SharedSuite.NewQueue("shutdown");
        // A lease so long that what the next worker gets was given back, and not lost. No retries: a failure would show.
        var options = new JobOptions { Queue = queue, Lease = TimeSpan.FromMinutes(2), MaxRetries = 0 };
        string quick = (await shared.Client.EnqueueAsync(new Work { Milliseconds = 1_500 }, options)).Id;
        string slow =
            (await shared.Client.EnqueueAsync(new Work { Milliseconds = 8_000, Steps = 40, SavesCheckpoints = true }, options)).Id;
        string waiting = (await shared.Client.EnqueueAsync(new Work { Milliseconds = 100 }, options)).Id;
        await using var first = WorkerProcess.Start(
            shared.Suite,
            "first",
            queue,
            concurrency: 2,
            prefetch: 1,
            new Dictionary<string, string> { ["ShutdownTimeout"] = "00:00:03.5" });
        await first.JournalAsync(quick, 1, "began");
        await first.JournalAsync(slow, 1, "began");
        await shared.JobAsync(waiting, job => job.Attempt == 1, "the third job is held ready");

        first.Terminate();

        Assert.Equal(0, await first.WaitForExitAsync());
        Assert.Contains(first.Lines, line => line == $"journal {slow} 1 told WorkerStopping");
        Assert.Equal(["1 first Completed"], (await shared.Client.GetAsync(quick))!.InWords());
        foreach (string id in (string[])[slow, waiting])
        {
            Job released = (await shared.Client.GetAsync(id))!;
            Assert.Equal(JobStatus.New, released.Status);
            Assert.Equal(["1 first Released"], released.InWords());
            Assert.Null(released.Error);
        }

        await using var second = WorkerProcess.Start(shared.Suite, "second", queue, concurrency: 2);
        Assert.Equal(["1 first Released", "2 second Completed"], (await shared.FinishedAsync(waiting)).InWords());
        Job done = await shared.FinishedAsync(slow);
        Assert.Equal(["1 first Released", "2 second Completed"], done.InWords());
        Assert.InRange(done.ReadResult<WorkResult>()!.FirstStep, 1, 39);
    }
}
