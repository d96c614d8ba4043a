namespace Load;

/// <summary>One scenario's measurement of one suite.</summary>
/// <param name="scenario">Its name.</param>
/// <param name="suite">What is measured.</param>
/// <param name="bare">What it is compared with.</param>
/// <param name="options">How.</param>
internal sealed class Measuring(string scenario, Suite suite, BareService bare, Options options)
{
    private const double Mega = 1_000_000;

    private readonly List<Figure> _figures = [];

    public Suite Suite => suite;

    public BareService Bare => bare;

    public Options Options => options;

    public IReadOnlyList<Figure> Figures => _figures;

    /// <summary>What is left to be done once the suite has ended.</summary>
    public Func<Task> Afterwards { get; set; } = static () => Task.CompletedTask;

    public void Note(string name, double value) => _figures.Add(new Figure(scenario, name, value));

    /// <summary>What each process has used until now.</summary>
    public Task<IReadOnlyDictionary<string, Usage>> UsageAsync() => suite.UsageAsync();

    /// <summary>Notes what each process has used since, for each job, and its memory now.</summary>
    public async Task NoteUsageAsync(IReadOnlyDictionary<string, Usage> before, double jobs)
    {
        foreach ((string process, Usage now) in await UsageAsync())
        {
            Usage used = now.Since(before[process]);
            Note($"cpu.{process}", used.Cpu.TotalMicroseconds / jobs);
            Note($"allocated.{process}", used.Allocated / jobs);
            Note($"pauses.{process}", used.Paused.TotalMicroseconds / jobs);
            Note($"memory.{process}", now.Resident / Mega);
        }
    }

    /// <summary>Notes the memory that each process has now, and how much that is more than before.</summary>
    public async Task NoteMemoryAsync(IReadOnlyDictionary<string, Usage> before)
    {
        foreach ((string process, Usage now) in await UsageAsync())
        {
            Note($"memory.{process}", now.Resident / Mega);
            Note($"more.{process}", (now.Resident - before[process].Resident) / Mega);
        }
    }
}
