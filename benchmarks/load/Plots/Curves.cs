namespace Load;

/// <summary>What is plotted: how the service fares the more callers there are, and the more jobs wait.</summary>
internal static class Curves
{
    private const int BatchCallers = 8;

    private static readonly int[] Callers = [1, 4, 16, 64, 256];
    private static readonly int[] Waiting = [1_000, 10_000, 100_000, 1_000_000];

    /// <summary>Measures a checkout and writes the plots into a folder.</summary>
    public static async Task DrawAsync(string suite, BareService bare, Options options, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, SvgPlot plot) in (await ByCallersAsync(suite, bare, options)).Concat(await ByWaitingAsync(suite, options)))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.svg"), plot.ToSvg());
        }
    }

    private static async Task<IReadOnlyList<(string Name, SvgPlot Plot)>> ByCallersAsync(string folder, BareService bare, Options options)
    {
        var rates = new List<(double, double)>();
        var bares = new List<(double, double)>();
        var middles = new List<(double, double)>();
        var lates = new List<(double, double)>();
        await using Suite suite = await Suite.StartAsync(folder, Needs.Nothing, options.Settings);
        await DriveAsync(suite, Callers[^2], Turns.Submit(), options.Warm);
        foreach (int callers in Callers)
        {
            Console.Error.WriteLine($"plots: {callers} callers");
            Driven beside = await bare.DriveAsync(callers, options.Seconds / 2);
            Driven driven = await DriveAsync(suite, callers, Turns.Submit(), options.Seconds);
            rates.Add((callers, driven.JobsPerSecond));
            bares.Add((callers, beside.RequestsPerSecond));
            middles.Add((callers, driven.Percentile(0.5)));
            lates.Add((callers, driven.Percentile(0.99)));
        }

        return
        [
            ("throughput", new SvgPlot(
                "Single submits", "callers, each with a connection of its own", "a second",
                [new PlotLine("jobs, each durable", rates), new PlotLine("bare endpoint", bares)])),
            ("latency", new SvgPlot(
                "What a single submit takes", "callers, each with a connection of its own", "ms",
                [new PlotLine("median", middles), new PlotLine("99th percentile", lates)])),
        ];
    }

    private static async Task<IReadOnlyList<(string Name, SvgPlot Plot)>> ByWaitingAsync(string folder, Options options)
    {
        var memory = new Dictionary<string, List<(double, double)>>();
        var cost = new Dictionary<string, List<(double, double)>>();
        var submits = new List<(double, double)>();
        await using Suite suite = await Suite.StartAsync(folder, Needs.Nothing, options.Settings);
        await DriveAsync(suite, BatchCallers, Turns.LifeInBatches(), options.Warm);
        using var loop = new ClosedLoop(suite.JobsPort, BatchCallers, Turns.SubmitBatch());
        long jobs = 0;
        foreach (int waiting in Waiting.Select(options.Scaled).Distinct())
        {
            Console.Error.WriteLine($"plots: {waiting} jobs wait");
            // From half as many on: what is told of a number is what it took to come near it.
            jobs += (await loop.RunUntilAsync((waiting / 2) - jobs)).Jobs;
            IReadOnlyDictionary<string, Usage> before = await suite.UsageAsync();
            Driven driven = await loop.RunUntilAsync(waiting - jobs);
            if (driven.Jobs == 0)
            {
                // Callers who send a hundred each had come so far before.
                continue;
            }

            jobs += driven.Jobs;
            submits.Add((jobs, driven.JobsPerSecond));
            foreach ((string process, Usage now) in await suite.UsageAsync())
            {
                Add(memory, process, jobs, now.Resident / 1e6);
                Add(cost, process, jobs, now.Since(before[process]).Cpu.TotalMicroseconds / driven.Jobs);
            }
        }

        return
        [
            ("waiting-rate", new SvgPlot(
                "Batches of 100, 8 callers", "jobs that wait", "jobs a second", [new PlotLine("submits", submits)])),
            ("waiting-cost", new SvgPlot("CPU of a submit in a batch of 100", "jobs that wait", "µs a job", LinesOf(cost))),
            ("waiting-memory", new SvgPlot("Memory", "jobs that wait", "MB", LinesOf(memory))),
        ];
    }

    private static async Task<Driven> DriveAsync(Suite suite, int callers, Func<Caller, ValueTask<Turn>> turn, double seconds)
    {
        using var loop = new ClosedLoop(suite.JobsPort, callers, turn);
        return await loop.RunAsync(TimeSpan.FromSeconds(seconds));
    }

    private static void Add(Dictionary<string, List<(double, double)>> lines, string name, double x, double y)
    {
        if (!lines.TryGetValue(name, out List<(double, double)>? points))
        {
            lines.Add(name, points = []);
        }

        points.Add((x, y));
    }

    private static List<PlotLine> LinesOf(Dictionary<string, List<(double X, double Y)>> lines) =>
        [.. lines.Select(line => new PlotLine(line.Key, line.Value))];
}
