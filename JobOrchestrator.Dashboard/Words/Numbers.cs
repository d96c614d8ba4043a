using System.Globalization;

namespace JobOrchestrator.Dashboard.Words;

/// <summary>Numbers for people: <c>1,204</c>, and from a hundred thousand on <c>104 k</c>.</summary>
internal static class Numbers
{
    public static string Of(long number) => Math.Abs(number) switch
    {
        < 100_000 => Exact(number),
        < 1_000_000 => $"{Scaled(number, 1_000)} k",
        < 1_000_000_000 => $"{Scaled(number, 1_000_000)} M",
        _ => $"{Scaled(number, 1_000_000_000)} G",
    };

    /// <summary>Every digit.</summary>
    public static string Exact(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A rate or a share: three digits that count, and no more.</summary>
    public static string Of(double number) => Math.Abs(number) switch
    {
        0 => "0",
        < 0.01 => "< 0.01",
        < 1 => number.ToString("0.##", CultureInfo.InvariantCulture),
        < 10 => number.ToString("0.#", CultureInfo.InvariantCulture),
        _ => Of((long)Math.Round(number)),
    };

    /// <summary>Bytes of a value, in the units of storage.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => (bytes / 1_000.0).ToString("0.0 KB", CultureInfo.InvariantCulture),
        < 1_000_000_000 => (bytes / 1_000_000.0).ToString("0.0 MB", CultureInfo.InvariantCulture),
        _ => (bytes / 1_000_000_000.0).ToString("0.0 GB", CultureInfo.InvariantCulture),
    };

    /// <summary><c>1 job</c>, <c>2 jobs</c>.</summary>
    public static string Counted(long number, string one, string? many = null) =>
        $"{Of(number)} {(number == 1 ? one : many ?? one + "s")}";

    /// <summary>Rounded down: of a million nobody says that it is more.</summary>
    private static string Scaled(long number, long unit)
    {
        double scaled = (double)number / unit;
        double down = Math.Abs(scaled) < 10 ? Math.Truncate(scaled * 10) / 10 : Math.Truncate(scaled);
        return down.ToString("0.#", CultureInfo.InvariantCulture);
    }
}
