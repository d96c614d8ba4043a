namespace Load;

/// <summary>Scenarios of callers who each begin their next turn when the last one is answered.</summary>
internal static class Loops
{
    // Enough calls for what a job takes of the sidecar, which time changes little.
    private const double CountedSecondsMax = 1;

    /// <summary>Drives it, and the bare endpoint with as many callers in the same minute.</summary>
    /// <param name="callers">How many.</param>
    /// <param name="begin">Makes what each caller does.</param>
    /// <param name="byJobs">What is compared with the bare endpoint's requests: jobs, or requests.</param>
    public static Func<Measuring, Task> Of(int callers, Func<Func<Caller, ValueTask<Turn>>> begin, bool byJobs = false) =>
        measuring => DriveAsync(measuring, callers, begin, byJobs);

    private static async Task DriveAsync(Measuring measuring, int callers, Func<Func<Caller, ValueTask<Turn>>> begin, bool byJobs)
    {
        Options options = measuring.Options;
        measuring.Afterwards = () => CountAsync(measuring, callers, begin());
        using var loop = new ClosedLoop(measuring.Suite.JobsPort, callers, begin());
        await loop.RunAsync(TimeSpan.FromSeconds(options.Warm));
        Driven bare = await measuring.Bare.DriveAsync(callers, options.Seconds / 2);
        IReadOnlyDictionary<string, Usage> before = await measuring.UsageAsync();
        Driven driven = await loop.RunAsync(TimeSpan.FromSeconds(options.Seconds));
        measuring.Note("rate", driven.JobsPerSecond);
        measuring.Note("requests", driven.RequestsPerSecond);
        measuring.Note("bare", bare.RequestsPerSecond);
        measuring.Note("ratio", (byJobs ? driven.JobsPerSecond : driven.RequestsPerSecond) / bare.RequestsPerSecond);
        measuring.Note("p50", driven.Percentile(0.5));
        measuring.Note("p99", driven.Percentile(0.99));
        measuring.Note("bareP50", bare.Percentile(0.5));
        measuring.Note("bareP99", bare.Percentile(0.99));

        // Events of the last jobs go out meanwhile; what they cost belongs to these jobs.
        measuring.Note("sync", Disk.SyncMilliseconds(TimeSpan.FromSeconds(options.Seconds / 10)));
        await measuring.NoteUsageAsync(before, driven.Jobs);
    }

    /// <summary>The same for a short while through the proxy that counts, on a suite of its own.</summary>
    private static async Task CountAsync(Measuring measuring, int callers, Func<Caller, ValueTask<Turn>> turn)
    {
        Options options = measuring.Options;
        await using Suite suite = await Suite.StartAsync(measuring.Suite.Folder, Needs.Counts, options.Settings);
        using var loop = new ClosedLoop(suite.JobsPort, callers, turn);
        await loop.RunAsync(TimeSpan.FromSeconds(Math.Min(options.Warm, CountedSecondsMax)));
        await Published.WaitAsync(suite.JobsPort);
        SidecarCounts before = await suite.Counts!.QuietAsync();
        Driven driven = await loop.RunAsync(TimeSpan.FromSeconds(Math.Min(options.Seconds, CountedSecondsMax)));
        await Published.WaitAsync(suite.JobsPort);
        SidecarCounts sent = (await suite.Counts.QuietAsync()).Since(before);
        measuring.Note("sidecar.requests", sent.Requests / (double)driven.Jobs);
        measuring.Note("sidecar.documents", sent.Documents / (double)driven.Jobs);
        measuring.Note("sidecar.bytes", sent.Bytes / (double)driven.Jobs);
        measuring.Note("sidecar.events", sent.Events / (double)driven.Jobs);
    }
}
