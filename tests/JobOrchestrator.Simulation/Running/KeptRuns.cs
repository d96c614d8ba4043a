namespace JobOrchestrator.Simulation;

/// <summary>Runs what is kept; a failure with its story.</summary>
/// <param name="kept">What.</param>
/// <param name="options">How a story is told.</param>
/// <param name="output">Where to say how it goes.</param>
internal sealed class KeptRuns(IReadOnlyList<Kept> kept, Options options, TextWriter output)
{
    /// <summary>Runs; 0: all passed.</summary>
    public int Run()
    {
        int failed = 0;
        foreach (Kept one in kept)
        {
            SeedRun run = one.Options.RunOne();
            if (run.Failure is not null)
            {
                failed++;
                output.WriteLine($"{one.Name} ({one.Oracle}, {one.Found})");
                output.WriteLine(Story.Of(run, options.Lines));
            }
            else
            {
                output.WriteLine($"{one.Name}    {Story.Heading(run)}");
            }
        }

        output.WriteLine($"{kept.Count - failed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}
