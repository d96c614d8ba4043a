namespace Load;

/// <summary>What the three processes cost while nothing happens.</summary>
internal static class Idle
{
    private const double Mega = 1_000_000;

    public static async Task RunAsync(Measuring measuring)
    {
        Options options = measuring.Options;
        await Task.Delay(TimeSpan.FromSeconds(options.Warm));
        IReadOnlyDictionary<string, Usage> before = await measuring.UsageAsync();
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds));
        double percent = 0, memory = 0, shared = 0;
        foreach ((string process, Usage now) in await measuring.UsageAsync())
        {
            percent += now.Since(before[process]).Cpu.TotalSeconds / options.Seconds * 100;
            memory += (now.Resident - now.Shared) / Mega;
            shared = Math.Max(shared, now.Shared / Mega);
            measuring.Note($"memory.{process}", now.Resident / Mega);
        }

        measuring.Note("cpuPercent", percent);

        // Together: the runtime's files are in memory once.
        measuring.Note("memory.all", memory + shared);
    }
}
