using JobOrchestrator.Sdk;

namespace JobOrchestrator.Tests.Sdk;

/// <summary>The same names by way of the SDK, its worker too: what it asks about is the queue of that name and no other.</summary>
public sealed class OddNamesTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Names => [.. OddNames.Taken];

    public static TheoryData<string> WorkedNames => [.. OddNames.Taken.Where(name => !string.IsNullOrWhiteSpace(name))];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Queue_OfAnOddName_IsAskedForAndControlled(string name)
    {
        await using SdkHost host = await SdkHost.StartAsync();
        string[] twins = OddNames.TwinsOf(name);
        foreach (string twin in twins)
        {
            await host.Client.EnqueueAsync(new WorkerTests.Charge(1), new JobOptions { Queue = twin, Owner = twin });
        }

        Job job = await host.Client.EnqueueAsync(
            new WorkerTests.Charge(1),
            new JobOptions { Queue = name, Owner = name, ExternalId = name, UniqueKey = name });

        JobQueue paused = await host.Client.PauseQueueAsync(name);
        IReadOnlyList<JobQueue> all = await host.Client.ListQueuesAsync();
        JobQueue resumed = await host.Client.ResumeQueueAsync(name);
        List<Job> listed = [];
        await foreach (Job one in host.Client.ListAsync(new JobFilter { Queue = name, Owner = name, PageSize = 1 }))
        {
            listed.Add(one);
        }

        DuplicateJobException taken = await Assert.ThrowsAsync<DuplicateJobException>(() => host.Client.EnqueueAsync(
            new WorkerTests.Charge(2), new JobOptions { Queue = name, Owner = name, ExternalId = name }));
        await host.Client.CancelAsync(job.Id);
        JobReplay replay = await host.Client.RetryQueueAsync(
            name, new FinishedJobFilter { Status = JobStatus.Cancelled, Owner = name });
        int purged = await host.Client.PurgeQueueAsync(name, new FinishedJobFilter { Status = JobStatus.Cancelled, Owner = name });

        Assert.Equal((name, name, name, name), (job.Queue, job.Owner, job.ExternalId, job.UniqueKey));
        Assert.Equal((name, true, 1), (paused.Name, paused.Paused, paused.Ready));
        Assert.Equal([name], all.Where(queue => queue.Paused).Select(queue => queue.Name));
        Assert.Equal(twins.Length + 1, all.Count);
        Assert.Equal((name, false), (resumed.Name, resumed.Paused));
        Assert.Equal([job.Id], listed.Select(one => one.Id));
        Assert.Equal(job.Id, taken.HolderId);
        Assert.Equal((1, 0, 1), (replay.Retried, replay.Skipped, purged));
        Assert.All(
            (await host.Client.ListQueuesAsync()).Where(queue => queue.Name != name),
            queue => Assert.Equal((1, false), (queue.Ready, queue.Paused)));
    }

    [Theory]
    [MemberData(nameof(WorkedNames))]
    public async Task Worker_OfAnOddQueue_WorksItAndNoOther(string name)
    {
        await using SdkHost host = await SdkHost.StartAsync();
        string[] twins = OddNames.TwinsOf(name);
        foreach (string twin in twins)
        {
            await host.Client.EnqueueAsync(new WorkerTests.Charge(1), new JobOptions { Queue = twin });
        }

        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        host.Connect(builder.Services);
        builder.Services.AddJobWorker(worker => worker.Add<WorkerTests.ChargeProcessor>().Queue(name, 1).Configure(
            options => options.Name = name));
        using IHost worker = builder.Build();
        await worker.StartAsync();

        Job job = await host.Client.EnqueueAsync(new WorkerTests.Charge(60), new JobOptions { Queue = name });
        Job done = await host.Client.WaitAsync(job.Id).WaitAsync(Deadline);
        await worker.StopAsync();

        Assert.Equal("charged 60", done.ReadResult<string>());
        Assert.Equal(name, Assert.Single(done.Attempts).Worker);
        Assert.Equal(twins.Length, (await host.Client.ListQueuesAsync()).Sum(queue => queue.Ready));
    }
}
