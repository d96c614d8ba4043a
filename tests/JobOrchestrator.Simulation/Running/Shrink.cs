namespace JobOrchestrator.Simulation;

/// <summary>Finds the fewest faults with which a seed still fails by the same oracle (delta debugging).</summary>
/// <param name="run">Runs the seed with some of the faults.</param>
internal sealed class Shrink(Func<IReadOnlySet<int>, SeedRun> run)
{
    // The smallest set is worth minutes, not hours.
    private const int RunsMax = 300;

    private int _runs;

    /// <summary>The smallest set that was found, and how it went.</summary>
    /// <param name="failed">The seed with all its faults.</param>
    public (IReadOnlyList<int> Faults, SeedRun Run) Of(SeedRun failed)
    {
        SeedRun smallest = failed;
        List<int> faults = [.. failed.Struck];
        int parts = 2;
        while (faults.Count > 0 && _runs < RunsMax)
        {
            int size = Math.Max(1, (faults.Count + parts - 1) / parts);
            SeedRun? without = null;
            for (int from = 0; from < faults.Count && without is null && _runs < RunsMax; from += size)
            {
                HashSet<int> rest = [.. faults.Take(from), .. faults.Skip(from + size)];
                SeedRun tried = run(rest);
                _runs++;
                if (tried.Failure?.Oracle == failed.Failure!.Oracle)
                {
                    // Others than those that struck now were not met any more.
                    faults = [.. faults.Where(tried.Struck.Contains)];
                    without = tried;
                }
            }

            if (without is not null)
            {
                smallest = without;
                parts = Math.Max(2, parts - 1);
            }
            else if (size == 1)
            {
                break;
            }
            else
            {
                parts = Math.Min(faults.Count, parts * 2);
            }
        }

        return (faults, smallest);
    }
}
