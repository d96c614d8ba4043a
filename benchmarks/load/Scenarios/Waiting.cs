namespace Load;

/// <summary>A million jobs that wait: how fast more come in, what they cost in memory, and how long a restart takes.</summary>
internal static class Waiting
{
    private const int Full = 1_000_000;
    private const int Callers = 8;

    public static async Task RunAsync(Measuring measuring)
    {
        Options options = measuring.Options;
        int jobs = options.Scaled(Full);
        using (var lives = new ClosedLoop(measuring.Suite.JobsPort, Callers, Turns.LifeInBatches()))
        {
            // Compiled, and nothing waits.
            await lives.RunAsync(TimeSpan.FromSeconds(options.Warm));
        }

        using var loop = new ClosedLoop(measuring.Suite.JobsPort, Callers, Turns.SubmitBatch());
        IReadOnlyDictionary<string, Usage> before = await measuring.UsageAsync();
        Driven first = await loop.RunAsync(TimeSpan.FromSeconds(Math.Min(1, options.Seconds)));
        await loop.RunUntilAsync(jobs - first.Jobs);
        await measuring.NoteMemoryAsync(before);
        Driven last = await loop.RunAsync(TimeSpan.FromSeconds(options.Seconds / 2));
        measuring.Note("rateAtStart", first.JobsPerSecond);
        measuring.Note("rate", last.JobsPerSecond);
        measuring.Note("kept", last.JobsPerSecond / first.JobsPerSecond);
        (TimeSpan sidecar, TimeSpan orchestrator) = await measuring.Suite.RestartAsync();
        measuring.Note("sidecarReadySeconds", sidecar.TotalSeconds);
        measuring.Note("readySeconds", orchestrator.TotalSeconds);
    }
}
