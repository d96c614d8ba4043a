using System.Globalization;

namespace JobOrchestrator.Simulation;

/// <summary>Several seeds in numbers.</summary>
internal sealed record SeedSum
{
    public long Seeds { get; init; }

    public long Failed { get; init; }

    public long Steps { get; init; }

    /// <summary>In the worlds.</summary>
    public TimeSpan Length { get; init; }

    /// <summary>Of the processors.</summary>
    public TimeSpan Cpu { get; init; }

    /// <summary>One seed.</summary>
    public static SeedSum Of(SeedRun run) =>
        new() { Seeds = 1, Failed = run.Failure is null ? 0 : 1, Steps = run.Trace.Count, Length = run.Length };

    public static SeedSum operator +(SeedSum one, SeedSum other) => new()
    {
        Seeds = one.Seeds + other.Seeds,
        Failed = one.Failed + other.Failed,
        Steps = one.Steps + other.Steps,
        Length = one.Length + other.Length,
        Cpu = one.Cpu + other.Cpu,
    };

    /// <summary>For another process.</summary>
    public string Write() =>
        string.Create(CultureInfo.InvariantCulture, $"{Seeds} {Failed} {Steps} {Length.Ticks} {Cpu.Ticks}");

    /// <summary>What another process has written.</summary>
    public static SeedSum Read(string text)
    {
        long[] numbers =
            [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => long.Parse(part, CultureInfo.InvariantCulture))];
        return new SeedSum
        {
            Seeds = numbers[0],
            Failed = numbers[1],
            Steps = numbers[2],
            Length = new TimeSpan(numbers[3]),
            Cpu = new TimeSpan(numbers[4]),
        };
    }

    /// <summary>For a person; the last line is <c>N passed, N failed</c>.</summary>
    /// <param name="what">Of what these are sums.</param>
    public string Text(string what)
    {
        double each = Seeds == 0 ? 0 : Cpu.TotalMilliseconds / Seeds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Seeds} {what}, {Steps:N0} steps, {Length.TotalHours:0.0} simulated hours, {each:0.0} ms of CPU for each")
            + Environment.NewLine
            + $"{Seeds - Failed} passed, {Failed} failed";
    }
}
