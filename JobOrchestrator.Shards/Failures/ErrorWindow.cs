namespace JobOrchestrator.Shards;

/// <summary>What time failures are asked of, by steps that begin at the same times in every shard.</summary>
/// <param name="First">The number of the first step since 1970.</param>
/// <param name="Count">How many steps.</param>
/// <param name="Step">Seconds of a step: 60, 3,600 or 21,600.</param>
public sealed record ErrorWindow(long First, int Count, int Step)
{
    /// <summary>The shortest window.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>The longest window.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(35);

    /// <summary>How long a step is, and for how long such steps are kept.</summary>
    internal static readonly (int Step, TimeSpan KeptFor)[] Kept =
    [
        (60, TimeSpan.FromHours(1)), (3_600, TimeSpan.FromHours(48)), (21_600, Longest),
    ];

    /// <summary>When it begins.</summary>
    public DateTimeOffset From => DateTimeOffset.FromUnixTimeSeconds(First * Step);

    /// <summary>The steps that a window up to now touches.</summary>
    /// <param name="length">How long it is; what is longer or shorter than can be asked for is cut.</param>
    /// <param name="now">The time.</param>
    public static ErrorWindow Of(TimeSpan length, DateTimeOffset now)
    {
        TimeSpan cut = length > Longest ? Longest : length < Shortest ? Shortest : length;
        int step = Array.Find(Kept, kept => cut <= kept.KeptFor).Step;
        long first = (now - cut).ToUnixTimeSeconds() / step;
        return new ErrorWindow(first, (int)(now.ToUnixTimeSeconds() / step - first + 1), step);
    }
}
