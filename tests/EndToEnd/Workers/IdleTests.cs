using System.Diagnostics;
using EndToEnd.Worker;
using JobOrchestrator.Sdk;
using Xunit.Abstractions;

namespace EndToEnd.Workers;

/// <summary>What it costs to have nothing to do.</summary>
[Collection(SharedSuite.Name)]
public sealed class IdleTests(SharedSuite shared, ITestOutputHelper output)
{
    private const int WorkerCount = 10;
    private const double ShareMax = 0.05;
    private const int WindowsMax = 6;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [UnixFact]
    public async Task TenWorkers_EmptyQueue_CostNextToNoProcessorTime()
    {
        string queue = SharedSuite.NewQueue("idle");
        await using var fleet = new Fleet(WorkerCount, name => WorkerProcess.Start(shared.Suite, name, queue));
        foreach (WorkerProcess worker in fleet.Workers)
        {
            await worker.LogAsync("Application started");
        }

        IReadOnlyDictionary<string, int> services = await shared.Suite.ProcessIdsAsync();
        (string Name, int[] Ids)[] groups =
        [
            ("the orchestrator", [services["JobOrchestrator"]]),
            ("the sidecar", [services["LocalSidecar"]]),
            ("the ten workers together", [.. fleet.Workers.Select(worker => worker.Id)]),
        ];

        // What has just started, or has just been busy in the test before, goes on compiling for some seconds: that is not what
        // idling costs, which every window has. So one window within the bound is enough.
        double[] shares;
        int windows = 0;
        do
        {
            shares = await MeasureAsync([.. groups.Select(group => group.Ids)]);
            output.WriteLine(string.Join(", ", groups.Zip(shares, (group, share) => $"{group.Name} {share:0.0 %}")) + " of one processor");
        }
        while (shares.Any(share => share > ShareMax) && ++windows < WindowsMax);

        Assert.All(shares, share => Assert.InRange(share, 0, ShareMax));
        // They are idle, and not asleep.
        WorkResult result = await shared.Client.RunAsync(new Work(), new JobOptions { Queue = queue });
        Assert.Contains(result.Worker, fleet.Workers.Select(worker => worker.Name));
    }

    /// <summary>The processor time that each group of processes takes in one window, as a share of one processor's.</summary>
    private static async Task<double[]> MeasureAsync(int[][] groups)
    {
        var before = groups.Select(ProcessorTime).ToList();
        await Task.Delay(Window);
        return [.. groups.Select((group, i) => (ProcessorTime(group) - before[i]) / Window)];
    }

    private static TimeSpan ProcessorTime(int[] processIds)
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach (int id in processIds)
        {
            using var process = Process.GetProcessById(id);
            sum += process.TotalProcessorTime;
        }

        return sum;
    }
}
