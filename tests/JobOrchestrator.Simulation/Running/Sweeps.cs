using System.Globalization;
using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation;

/// <summary>Runs a fault at every single call, one process a core.</summary>
/// <param name="options">Which.</param>
/// <param name="output">Where to say how it goes.</param>
internal sealed class Sweeps(Options options, TextWriter output)
{
    private IEnumerable<string> Stores => options.Store is { } store ? [store] : Presets.All.Select(model => model.Name);

    /// <summary>Runs; 0: all passed.</summary>
    public int Run() =>
        options.IsChild
            ? RunPart()
            : new Children(options, output).Run(
                "cases", (core, cores) => ["--sweep", "--first", Text(core), "--stride", Text(cores), .. Chosen()]);

    private int RunPart()
    {
        var sum = new SeedSum();
        var reached = new Reached();
        int number = 0;
        foreach (string store in Stores)
        {
            SeedRun without = SweepCase.WithoutFault(store, options.Changed);
            if (without.Failure is { } failure)
            {
                Say($"{store} without a fault", failure);
                sum += SeedSum.Of(without);
                continue;
            }

            foreach (SweepCase one in SweepCase.All(store, without.Calls).Where(one => one.IsIn(options.From, options.Every)))
            {
                if (number++ % (int)options.Stride == options.First)
                {
                    SeedRun run = one.Run(options.Changed);
                    sum += SeedSum.Of(run);
                    reached.Add(run.Reached);
                    Say($"--sweep {one}", run.Failure);
                }
            }
        }

        Children.Write(output, sum, reached);
        return sum.Failed == 0 ? 0 : 1;
    }

    private void Say(string what, Failure? failure)
    {
        if (failure is not null)
        {
            output.WriteLine($"{what}    {failure.Oracle}: {failure.Text.Split('\n')[0]}");
            output.Flush();
        }
    }

    private IEnumerable<string> Chosen() => ["--every", Text(options.Every), "--from", Text(options.From), .. options.OfWorlds()];

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
