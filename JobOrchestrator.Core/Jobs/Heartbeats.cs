namespace JobOrchestrator.Core;

/// <summary>An attempt's heartbeats: those that extended its lease or brought something.</summary>
/// <param name="Count">How many, from 1.</param>
/// <param name="LastAt">When the last one came.</param>
/// <param name="LongestGap">
/// The longest that the worker was silent, from the attempt's begin on, to the millisecond; once it has ended, until its end.
/// </param>
public sealed record Heartbeats(int Count, DateTimeOffset LastAt, TimeSpan LongestGap)
{
    /// <summary>With one more.</summary>
    /// <param name="before">Those before; null: it is the first.</param>
    /// <param name="startedAt">When the attempt began.</param>
    /// <param name="at">When it came.</param>
    public static Heartbeats After(Heartbeats? before, DateTimeOffset startedAt, DateTimeOffset at)
    {
        before ??= new Heartbeats(0, startedAt, TimeSpan.Zero);
        DateTimeOffset last = at > before.LastAt ? at : before.LastAt;
        return new Heartbeats(before.Count + 1, last, before.GapAt(last));
    }

    /// <summary>Of an attempt that has ended.</summary>
    public Heartbeats Until(DateTimeOffset end) => this with { LongestGap = GapAt(end) };

    private TimeSpan GapAt(DateTimeOffset at)
    {
        var gap = TimeSpan.FromMilliseconds((long)(at - LastAt).TotalMilliseconds);
        return gap > LongestGap ? gap : LongestGap;
    }
}
