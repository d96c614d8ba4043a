using EndToEnd.Worker;
using JobOrchestrator.Sdk;

namespace EndToEnd.Workers;

/// <summary>An orchestrator that dies while others work.</summary>
[Collection(SharedSuite.Name)]
public sealed class RestartTests(SharedSuite shared)
{
    [UnixFact]
    public async Task Kill_WhileAWorkerWorks_ItCarriesOnAndReportsWhenTheOrchestratorIsBack()
    {
        string queue = SharedSuite.NewQueue("restart");
        var options = new JobOptions { Queue = queue, Lease = TimeSpan.FromSeconds(6), MaxRetries = 0 };
        string quick = (await shared.Client.EnqueueAsync(new Work { Milliseconds = 800 }, options)).Id;
        string slow = (await shared.Client.EnqueueAsync(new Work { Milliseconds = 6_000 }, options)).Id;
        await using var worker = WorkerProcess.Start(shared.Suite, "worker", queue, concurrency: 2);
        await worker.JournalAsync(slow, 1, "began");

        // start.sh waits a second before it starts it again, and then that takes its time: the quick one ends meanwhile.
        await shared.Suite.KillAndWaitForReturnAsync("JobOrchestrator");

        Assert.Equal(["1 worker Completed"], (await shared.FinishedAsync(quick)).InWords());
        Assert.Equal(["1 worker Completed"], (await shared.FinishedAsync(slow)).InWords());
        Assert.Contains(worker.Lines, line => line.Contains("The orchestrator does not take reports", StringComparison.Ordinal));
    }
}
