using System.Diagnostics;
using System.Globalization;

namespace JobOrchestrator.Simulation;

/// <summary>Runs seeds: one, several here, or many in processes of their own, one a core.</summary>
/// <param name="options">Which.</param>
/// <param name="output">Where to say how it goes.</param>
internal sealed class Seeds(Options options, TextWriter output)
{
    /// <summary>Runs; 0: all passed.</summary>
    public int Run()
    {
        if (options is { Minutes: not null, IsChild: false })
        {
            return RunChildren();
        }

        return options.Minutes is null && options.Count is null ? RunOne(options.Seed!.Value) : RunSeveral();
    }

    private int RunOne(ulong seed)
    {
        var run = SeedRun.Of(seed, options.Only, options.Changed);
        if (run.Failure is null)
        {
            output.WriteLine(Story.Heading(run));
            output.WriteLine("1 passed, 0 failed");
            return 0;
        }

        string only = options.Only is null ? "" : $" --only {string.Join(',', options.Only)}";
        if (options.Shrinks)
        {
            (IReadOnlyList<int> faults, run) = new Shrink(some => SeedRun.Of(seed, some, options.Changed)).Of(run);
            only = $" --only {string.Join(',', faults)}";
        }

        output.WriteLine(Story.Of(run, options.Lines) + only);
        output.WriteLine("0 passed, 1 failed");
        return 1;
    }

    private int RunSeveral()
    {
        var watch = Stopwatch.StartNew();
        var sum = new SeedSum();
        ulong seed = options.Seed!.Value;
        while (options.Minutes is { } minutes ? watch.Elapsed.TotalMinutes < minutes : sum.Seeds < (long)options.Count!.Value)
        {
            var run = SeedRun.Of(seed, options.Only, options.Changed);
            sum += SeedSum.Of(run);
            if (run.Failure is { } failure)
            {
                output.WriteLine(Story.Heading(run));
                output.WriteLine($"  {failure.Text.Split('\n')[0]}");
                output.Flush();
            }

            seed += options.Stride;
        }

        if (options.IsChild)
        {
            Children.Write(output, sum);
        }
        else
        {
            output.WriteLine((sum with { Cpu = Environment.CpuUsage.TotalTime }).Text("seeds"));
        }

        return sum.Failed == 0 ? 0 : 1;
    }

    private int RunChildren()
    {
        ulong first = options.Seed ?? (ulong)DateTime.UtcNow.Ticks;
        output.WriteLine($"seeds from {first}, {Environment.ProcessorCount} processes, {options.Minutes} minutes");
        string minutes = options.Minutes!.Value.ToString(CultureInfo.InvariantCulture);
        return new Children(output).Run("seeds", (core, cores) =>
            ["--seed", Text(first + (ulong)core), "--stride", Text((ulong)cores), "--minutes", minutes, .. options.OfWorlds()]);
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
