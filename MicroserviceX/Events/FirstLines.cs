namespace MicroserviceX.Events;

/// <summary>Counts the lines about single events: the first of a process are worth reading, thousands bury all else.</summary>
internal sealed class FirstLines
{
    /// <summary>How many are logged at Information; the rest at Debug.</summary>
    public const int Shown = 100;

    private int _count;

    /// <summary>How many there are with this one.</summary>
    public int Next() => Interlocked.Increment(ref _count);
}
