using System.Diagnostics;

namespace JobOrchestrator.Simulation;

/// <summary>The same in processes of their own, one a core: statics and the pool's counter belong to one world at a time.</summary>
/// <param name="options">What is told of what was reached.</param>
/// <param name="output">Where to say how it goes.</param>
internal sealed class Children(Options options, TextWriter output)
{
    private const string Sum = "sum";
    private const string Met = "reached";

    private readonly Reached _reached = Reached.Nothing();

    /// <summary>Tells the process that began this one what came of it.</summary>
    public static void Write(TextWriter output, SeedSum sum, Reached reached)
    {
        output.WriteLine($"{Met} {reached.Write()}");
        output.WriteLine($"{Sum} {(sum with { Cpu = Environment.CpuUsage.TotalTime }).Write()}");
    }

    /// <summary>Runs them; 0: all passed.</summary>
    /// <param name="what">Of what there are several.</param>
    /// <param name="args">The arguments of one of so many.</param>
    public int Run(string what, Func<int, int, IReadOnlyList<string>> args)
    {
        int cores = Environment.ProcessorCount;
        Task<SeedSum>[] children = [.. Enumerable.Range(0, cores).Select(core => RunAsync(["--child", .. args(core, cores)]))];
        SeedSum sum = children.Aggregate(new SeedSum(), (before, child) => before + child.GetAwaiter().GetResult());
        bool isEnough = new ReachedReport(options, output).Write(_reached);
        output.WriteLine(sum.Text(what));
        return sum.Failed == 0 && isEnough ? 0 : 1;
    }

    private async Task<SeedSum> RunAsync(IReadOnlyList<string> args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, args) { RedirectStandardOutput = true };
        using Process child = Process.Start(start) ?? throw new InvalidOperationException("A process did not start.");
        SeedSum? sum = null;
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Sum, StringComparison.Ordinal))
            {
                sum = SeedSum.Read(line[Sum.Length..]);
            }
            else if (line.StartsWith(Met, StringComparison.Ordinal))
            {
                lock (_reached)
                {
                    _reached.Add(Reached.Read(line[Met.Length..]));
                }
            }
            else
            {
                await output.WriteLineAsync(line);
            }
        }

        await child.WaitForExitAsync();
        return sum ?? new SeedSum { Seeds = 1, Failed = 1 };
    }
}
