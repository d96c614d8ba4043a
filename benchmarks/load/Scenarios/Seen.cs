namespace Load;

/// <summary>What a caller sees who waits: a job every 20 ms, submitted with <c>Prefer: wait</c>, worked by one SDK worker.</summary>
internal static class Seen
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20);
    private static readonly byte[] Waiting = Request.Post("/jobs", Texts.Job, "Prefer: wait=10\r\n");

    public static async Task RunAsync(Measuring measuring)
    {
        Options options = measuring.Options;
        await using Child worker = Worker.Start(measuring.Suite.JobsPort);
        await Paced.RunAsync(measuring.Suite.JobsPort, Waiting, Every, TimeSpan.FromSeconds(options.Warm));
        double[] bare = await measuring.Bare.PaceAsync(Every, options.Seconds / 2);
        IReadOnlyDictionary<string, Usage> before = await measuring.UsageAsync();
        double[] seen = await Paced.RunAsync(measuring.Suite.JobsPort, Waiting, Every, TimeSpan.FromSeconds(options.Seconds));
        measuring.Note("p50", Summary.Percentile(seen, 0.5));
        measuring.Note("p99", Summary.Percentile(seen, 0.99));
        measuring.Note("bareP50", Summary.Percentile(bare, 0.5));
        measuring.Note("bareP99", Summary.Percentile(bare, 0.99));

        // Events of the last jobs go out meanwhile; what they cost belongs to these jobs.
        measuring.Note("sync", Disk.SyncMilliseconds(TimeSpan.FromSeconds(options.Seconds / 10)));
        await measuring.NoteUsageAsync(before, seen.Length);
    }
}
