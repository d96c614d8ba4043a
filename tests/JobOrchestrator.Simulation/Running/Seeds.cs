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
        if (options.Expected is not null)
        {
            return RunUntilFound();
        }

        if (options is { IsChild: false } and ({ Minutes: not null } or { Seeds: not null }))
        {
            return RunChildren();
        }

        return options.IsOneRun ? RunOne() : RunSeveral();
    }

    private int RunOne()
    {
        SeedRun run = options.RunOne();
        if (run.Failure is null)
        {
            output.WriteLine(Story.Heading(run));
            output.WriteLine("1 passed, 0 failed");
            return 0;
        }

        if (options.Shrinks)
        {
            (IReadOnlyList<int> faults, _) = new Shrink(options.RunOne).Of(run);
            run = options.RunOne(faults.ToHashSet());
        }

        output.WriteLine(Story.Of(run, options.Lines));
        output.WriteLine("0 passed, 1 failed");
        return 1;
    }

    private int RunSeveral()
    {
        var watch = Stopwatch.StartNew();
        var sum = new SeedSum();
        var reached = new Reached();
        ulong seed = options.Seed!.Value;
        while (options.Minutes is { } minutes ? watch.Elapsed.TotalMinutes < minutes : sum.Seeds < (long)options.Count!.Value)
        {
            var run = SeedRun.Of(seed, options.Only, options.Changed);
            sum += SeedSum.Of(run);
            reached.Add(run.Reached);
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
            Children.Write(output, sum, reached);
        }
        else
        {
            output.WriteLine((sum with { Cpu = Environment.CpuUsage.TotalTime }).Text("seeds"));
        }

        return sum.Failed == 0 ? 0 : 1;
    }

    /// <summary>A fault was put back: 0: it was found.</summary>
    private int RunUntilFound()
    {
        var watch = Stopwatch.StartNew();
        ulong first = options.Seed!.Value;
        ulong count = options.Count!.Value;
        for (ulong seed = first; seed < first + count; seed++)
        {
            var run = SeedRun.Of(seed, options.Only, options.Changed);
            if (run.Failure is { } failure && options.Expected!.Contains(failure.Oracle))
            {
                output.WriteLine(Story.Heading(run));
                output.WriteLine($"  {failure.Text.Split('\n')[0]}");
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"found {failure.Oracle} seed {seed} at {new TimeSpan(failure.At):hh\\:mm\\:ss\\.fff} after {seed - first + 1} seeds, "
                        + $"{watch.Elapsed.TotalSeconds:0.0} s"));
                return 0;
            }
        }

        output.WriteLine($"not found in {count} seeds from {first}");
        return 1;
    }

    private int RunChildren()
    {
        ulong first = options.Seed ?? (ulong)DateTime.UtcNow.Ticks;
        output.WriteLine($"seeds from {first}, {Environment.ProcessorCount} processes");
        return new Children(options, output).Run("seeds", (core, cores) =>
        [
            "--seed", Text(first + (ulong)core), "--stride", Text((ulong)cores),
            .. options.Minutes is { } minutes
                ? (string[])["--minutes", minutes.ToString(CultureInfo.InvariantCulture)]
                : ["--count", Text((options.Seeds!.Value + (ulong)(cores - core - 1)) / (ulong)cores)],
            .. options.OfWorlds(),
        ]);
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
