namespace Load;

/// <summary>Half a million jobs that have ended: they are in the store and in no memory, and a restart does not read them.</summary>
internal static class Finished
{
    private const int Full = 500_000;
    private const int Callers = 8;

    public static async Task RunAsync(Measuring measuring)
    {
        Options options = measuring.Options;
        int port = measuring.Suite.JobsPort;
        using (var lives = new ClosedLoop(port, Callers, Turns.LifeInBatches()))
        {
            Driven warm = await lives.RunAsync(TimeSpan.FromSeconds(options.Warm));
            IReadOnlyDictionary<string, Usage> before = await measuring.UsageAsync();
            await lives.RunUntilAsync(options.Scaled(Full) - warm.Jobs);
            await measuring.NoteMemoryAsync(before);
        }

        (TimeSpan sidecar, TimeSpan orchestrator) = await measuring.Suite.RestartAsync();
        measuring.Note("sidecarReadySeconds", sidecar.TotalSeconds);
        measuring.Note("readySeconds", orchestrator.TotalSeconds);
        using var submits = new ClosedLoop(port, Callers, Turns.SubmitBatch());
        await submits.RunAsync(TimeSpan.FromSeconds(options.Warm / 2));
        Driven driven = await submits.RunAsync(TimeSpan.FromSeconds(options.Seconds / 2));
        measuring.Note("rate", driven.JobsPerSecond);
        measuring.Note("p99", driven.Percentile(0.99));
    }
}
