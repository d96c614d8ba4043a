namespace JobOrchestrator.Simulation;

/// <summary>Says what many runs have reached.</summary>
/// <param name="options">How much of it.</param>
/// <param name="output">Where to.</param>
internal sealed class ReachedReport(Options options, TextWriter output)
{
    /// <summary>Prints the table, and keeps it in a file if there is to be one; false: something is missing that was required.</summary>
    public bool Write(Reached reached)
    {
        if (options.IsSweep && options.ReachedFile is null && !options.Requires)
        {
            return true;
        }

        output.WriteLine(ReachedTable.Of(reached));
        if (options.ReachedFile is { } file)
        {
            File.WriteAllText(file, reached.ToJson());
        }

        Required required = options.IsSweep ? Required.OfSweep : Required.OfSeeds;
        IReadOnlyList<string> missing = options.Requires ? required.Missing(reached) : [];
        foreach (string one in missing)
        {
            output.WriteLine($"not reached: {one}");
        }

        return missing.Count == 0;
    }
}
