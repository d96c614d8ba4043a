using System.Diagnostics;
using System.Globalization;

namespace JobOrchestrator.Simulation;

/// <summary>Runs seeds: one, several here, or many in processes of their own, one a core.</summary>
/// <param name="options">Which.</param>
/// <param name="output">Where to say how it goes.</param>
internal sealed class Seeds(Options options, TextWriter output)
{
    private const string Sum = "sum";

    private readonly AsAsked _asked = new(options);

    /// <summary>Runs; 0: all passed.</summary>
    public int Run()
    {
        if (options.Expected is not null)
        {
            return RunUntilFound();
        }

        if (options is { Minutes: not null, IsChild: false })
        {
            return RunChildren();
        }

        return options.Minutes is null && options.Count is null ? RunOne(options.Seed!.Value) : RunSeveral();
    }

    private int RunOne(ulong seed)
    {
        var run = SeedRun.Of(seed, options.Only, _asked.Of);
        if (run.Failure is null)
        {
            output.WriteLine(Story.Heading(run));
            output.WriteLine("1 passed, 0 failed");
            return 0;
        }

        string only = options.Only is null ? "" : $" --only {string.Join(',', options.Only)}";
        if (options.Shrinks)
        {
            (IReadOnlyList<int> faults, run) = new Shrink(some => SeedRun.Of(seed, some, _asked.Of)).Of(run);
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
            var run = SeedRun.Of(seed, options.Only, _asked.Of);
            sum += SeedSum.Of(run);
            if (run.Failure is { } failure)
            {
                output.WriteLine(Story.Heading(run));
                output.WriteLine($"  {failure.Text.Split('\n')[0]}");
                output.Flush();
            }

            seed += options.Stride;
        }

        sum = sum with { Cpu = Environment.CpuUsage.TotalTime };
        output.WriteLine(options.IsChild ? $"{Sum} {sum.Write()}" : sum.ToString());
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
            var run = SeedRun.Of(seed, options.Only, _asked.Of);
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
        int cores = Environment.ProcessorCount;
        output.WriteLine($"seeds from {first}, {cores} processes, {options.Minutes} minutes");
        Task<SeedSum>[] children = [.. Enumerable.Range(0, cores).Select(core => RunChildAsync(first + (ulong)core, (ulong)cores))];
        SeedSum sum = children.Aggregate(new SeedSum(), (before, child) => before + child.GetAwaiter().GetResult());
        output.WriteLine(sum.ToString());
        return sum.Failed == 0 ? 0 : 1;
    }

    private async Task<SeedSum> RunChildAsync(ulong first, ulong stride)
    {
        string[] args =
        [
            "--child", "--seed", Text(first), "--stride", Text(stride),
            "--minutes", options.Minutes!.Value.ToString(CultureInfo.InvariantCulture),
            .. options.Store is { } store ? (string[])["--store", store] : [],
            .. options.Ignored.Count > 0 ? (string[])["--ignore", string.Join(',', options.Ignored)] : [],
            .. options.Without.Count > 0 ? (string[])["--without", string.Join(',', options.Without)] : [],
        ];
        var start = new ProcessStartInfo(Environment.ProcessPath!, args) { RedirectStandardOutput = true };
        using Process child = Process.Start(start) ?? throw new InvalidOperationException("A process did not start.");
        SeedSum? sum = null;
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Sum, StringComparison.Ordinal))
            {
                sum = SeedSum.Read(line[Sum.Length..]);
            }
            else
            {
                await output.WriteLineAsync(line);
            }
        }

        await child.WaitForExitAsync();
        return sum ?? new SeedSum { Seeds = 1, Failed = 1 };
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
