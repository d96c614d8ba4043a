using System.Diagnostics;

namespace Load;

/// <summary>Events of one owner: how fast they come to it, and how far behind the submissions it is.</summary>
internal static class Fanout
{
    private const int Callers = 8;
    private const string Owner = "\"owner\":\"microservice-x\",";

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Measuring measuring)
    {
        Options options = measuring.Options;
        byte[] batch = Request.Post("/jobs/batch", Texts.BatchOf(Texts.JobOf("load", Owner), Texts.BatchJobs));
        using var loop = new ClosedLoop(measuring.Suite.JobsPort, Callers, async caller =>
        {
            await caller.Connection.DemandAsync(batch);
            return new Turn(Texts.BatchJobs, 1);
        });
        await loop.RunAsync(TimeSpan.FromSeconds(options.Warm / 4));
        await DrainAsync(measuring.Suite);
        IReadOnlyDictionary<string, Usage> before = await measuring.UsageAsync();
        long started = Stopwatch.GetTimestamp();
        Driven driven = await loop.RunAsync(TimeSpan.FromSeconds(options.Seconds / 4));
        TimeSpan drained = await DrainAsync(measuring.Suite);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        measuring.Note("rate", driven.Jobs / seconds);
        measuring.Note("drainSeconds", drained.TotalSeconds);
        await measuring.NoteUsageAsync(before, driven.Jobs);
    }

    /// <summary>Until the owner has heard of one job more, which comes behind all others.</summary>
    private static async Task<TimeSpan> DrainAsync(Suite suite)
    {
        using Connection jobs = await Connection.OpenAsync(suite.JobsPort);
        using Connection owner = await Connection.OpenAsync(suite.MicroserviceXPort);
        string id = Turns.IdsOf(await jobs.DemandAsync(Request.Post("/jobs", Texts.JobOf("load", Owner))))[0];
        long started = Stopwatch.GetTimestamp();
        while ((await owner.DemandAsync(Request.Get($"/events?jobId={id}"))).Length <= 2)
        {
            await Task.Delay(Between);
        }

        return Stopwatch.GetElapsedTime(started);
    }
}
