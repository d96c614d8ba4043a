using EndToEnd.Worker;
using EndToEnd.Workers;
using JobOrchestrator.Sdk;
using TestSupport;
using Xunit.Abstractions;

namespace EndToEnd.Endurance;

/// <summary>
/// The service or its sidecars stand still, as in a suspended machine or a long pause of everything: workers who beat all the while lose
/// nothing by it (F7, F32).
/// </summary>
public sealed class StandstillTests(ITestOutputHelper output)
{
    private const int JobCount = 20;
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    [LongFact]
    public Task JobOrchestrator_StandsStillForFortySeconds_CostsNoAttemptAndNoProcess() => StandAsync("JobOrchestrator", 1);

    [LongFact]
    public Task Sidecars_StandStillForFortySecondsTenTimes_CostNoAttemptAndNoProcess() => StandAsync("LocalSidecar", 10);

    [LongFact]
    public Task MicroserviceX_StandsStillForFortySeconds_CostsNoAttemptAndNoProcess() => StandAsync("MicroserviceX", 1);

    private async Task StandAsync(string process, int times)
    {
        await using Suite suite = await Suite.StartAsync();
        using var client = new JobClient(
            new JobClientOptions { Address = new Uri($"http://127.0.0.1:{suite.JobsPort}"), Owner = "standstill" });
        TimeSpan length = (Standstill + Lease) * times + Lease;
        var ids = new List<string>();
        for (int i = 0; i < JobCount; i++)
        {
            ids.Add((await client.EnqueueAsync(
                new Work { Milliseconds = (int)length.TotalMilliseconds, Steps = (int)length.TotalSeconds },
                new JobOptions { Queue = "standstill", Lease = Lease, MaxRetries = 0 })).Id);
        }

        await using var first = WorkerProcess.Start(suite, "first", "standstill", concurrency: JobCount / 2);
        await using var second = WorkerProcess.Start(suite, "second", "standstill", concurrency: JobCount / 2);
        await Eventually.TrueAsync(
            async () => (await client.GetQueueAsync("standstill")).Leased == JobCount, "all are worked on", TimeSpan.FromSeconds(30));
        IReadOnlyDictionary<string, int> before = await suite.ProcessIdsAsync();
        for (int i = 0; i < times; i++)
        {
            Signal.Stop.SendTo(before[process]);
            await Task.Delay(Standstill);
            Signal.Continue.SendTo(before[process]);

            // Until the next one, the workers have a lease's time.
            await Task.Delay(Lease);
        }

        var jobs = new List<Job>();
        foreach (string id in ids)
        {
            jobs.Add(await Eventually.ValueAsync(
                async () => (await client.GetAsync(id))!, job => job.IsFinished, $"job {id} is finished", TimeSpan.FromMinutes(2)));
        }

        output.WriteLine(string.Join(", ", jobs.CountBy(job => $"{job.Status} attempt {job.Attempt}")));
        Assert.All(jobs, job => Assert.Equal((JobStatus.Completed, 1), (job.Status, job.Attempt)));
        Assert.Equal(before, await suite.ProcessIdsAsync());
    }
}
