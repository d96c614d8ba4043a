namespace Load;

/// <summary>Something that a suite is measured by, on processes and data of its own, so that none finds what another left.</summary>
/// <param name="name">As it is asked for.</param>
/// <param name="needs">Processes beside the two.</param>
/// <param name="run">Measures it.</param>
/// <param name="byDefault">False: only where it is named.</param>
internal sealed class Scenario(string name, Func<Measuring, Task> run, Needs needs = Needs.Nothing, bool byDefault = true)
{
    // Twice what a million jobs take on a slow machine: what is stuck by then stays so.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    public string Name => name;

    public bool ByDefault => byDefault;

    public async Task<IReadOnlyList<Figure>> MeasureAsync(string folder, BareService bare, Options options)
    {
        Measuring measuring;
        await using (Suite suite = await Suite.StartAsync(folder, needs, options.Settings))
        {
            measuring = new Measuring(name, suite, bare, options);
            await run(measuring).WaitAsync(Deadline);
        }

        await measuring.Afterwards().WaitAsync(Deadline);
        return measuring.Figures;
    }
}
