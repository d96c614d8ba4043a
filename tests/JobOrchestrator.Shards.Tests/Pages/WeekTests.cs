using System.Diagnostics;
using System.Globalization;
using JobOrchestrator.Core;
using Xunit.Abstractions;

namespace JobOrchestrator.Shards.Tests;

/// <summary>
/// I10: a week of 1,000 jobs a second, with the default retention of a week, and then another one. 600 million jobs do not fit a run, so
/// that rate, retention, windows and pages are scaled down in one ratio: what is left grows in the same way, or does not. A long run
/// scales them down less: <c>WEEK_RATIO=64</c>.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class WeekTests(ITestOutputHelper output)
{
    private const int Rate = 1_000; // jobs a second

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weeks_OneAfterTheOther_DocumentsMemoryAndStartsStayAsTheyAre(bool rollsBack) => Lane.Run(async lane =>
    {
        string said = Environment.GetEnvironmentVariable("WEEK_RATIO") ?? "500";
        int ratio = int.Parse(said, CultureInfo.InvariantCulture);
        var store = new ModelStore(rollsBack);
        var weeks = new List<(int Documents, long Memory, int Reads)>();
        TestReplica replica = await StartAsync(lane, store, ratio);
        for (int week = 1; week <= 4; week++)
        {
            long began = Stopwatch.GetTimestamp();
            await PassAsync(lane, replica, ratio, Week / ratio);
            await replica.StopAsync();
            int before = store.Reads;
            replica = await StartAsync(lane, store, ratio);
            int documents = store.KeysNow.Count(key => !IsMark(store, key));
            weeks.Add((documents, GC.GetTotalMemory(forceFullCollection: true), store.Reads - before));
            output.WriteLine($"week {week}: {weeks[^1]}, {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        }

        await replica.DisposeAsync();

        int jobs = (int)(Rate * Week.TotalSeconds / ratio / ratio);
        int pages = jobs / PageJobs(ratio);
        Assert.All(weeks, week => Assert.InRange(week.Documents, jobs, (jobs + pages + 50) * 1.05));
        Assert.InRange(weeks[3].Documents, weeks[1].Documents * 0.95, weeks[1].Documents * 1.05);
        Assert.InRange(weeks[3].Reads, 1, weeks[1].Reads * 1.2);
        if (rollsBack)
        {
            // Elsewhere this store keeps marks of what was deleted, which others forget after a while.
            Assert.InRange(weeks[3].Memory, 0, weeks[1].Memory * 1.1);
        }
    });

    private static async Task PassAsync(Lane lane, TestReplica replica, int ratio, TimeSpan time)
    {
        double rate = (double)Rate / ratio;
        int jobs = (int)(rate * time.TotalSeconds);
        for (int i = 0; i < jobs; i++)
        {
            NewJob job = replica.NewJob(key: i % 10 == 0 ? Guid.NewGuid().ToString() : null);
            job = job with
            {
                Spec = job.Spec with
                {
                    UniqueKey = i % 50 == 0 ? Guid.NewGuid().ToString() : null,
                    UniqueSeconds = i % 50 == 0 ? (int)(TimeSpan.FromDays(1).TotalSeconds / ratio) : null,
                },
                RunAt = i % 500 == 250 ? lane.Clock.GetUtcNow() + (TimeSpan.FromDays(3) / ratio) : null,
            };
            Assert.IsType<Outcome.Accepted>(await replica.ProposeAsync("default", new Command.Enqueue(job)));
            foreach (Job leased in await replica.LeaseAsync(max: 10))
            {
                Assert.IsType<Outcome.Changed>(await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token)));
            }

            await lane.PassAsync(1 / rate);
        }
    }

    private static Task<TestReplica> StartAsync(Lane lane, ModelStore store, int ratio) => lane.StartAsync(
        store,
        configure: settings => settings with
        {
            Jobs = settings.Jobs with
            {
                Retention = Week / ratio,
                IdempotencyWindow = TimeSpan.FromHours(1) / ratio,
            },
            EventRetention = TimeSpan.FromHours(1) / ratio,
            EventBytesMax = settings.EventBytesMax / ratio,
            Bounds = settings.Bounds with
            {
                PageJobs = PageJobs(ratio),
                PartSweepGrace = settings.Bounds.PartSweepGrace / ratio,
            },
        });

    private static int PageJobs(int ratio) => Math.Max(2, ShardBounds.Usual.PageJobs / ratio);

    private static bool IsMark(ModelStore store, string key) =>
        store.JsonOf(key)?.Contains("\"deleted\":true", StringComparison.Ordinal) == true;
}
