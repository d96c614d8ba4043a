namespace JobOrchestrator.Shards;

/// <summary>What one commit does to the documents of a shard's hours.</summary>
/// <param name="Documents">The operations.</param>
/// <param name="Dates">The days that it writes.</param>
/// <param name="From">The first day that there is a document of then; null: there is none.</param>
internal sealed record HoursPlan(IReadOnlyList<StateOperation> Documents, IReadOnlyList<DateOnly> Dates, DateOnly? From)
{
    /// <summary>For how many days they are kept, beside today.</summary>
    public const int DaysKept = 35;

    // As they are in memory; in the store, as Base64, a third more. Small beside everything else that goes there.
    private const int DayBytesMax = 96 << 10;

    // Where the store forgets by itself it does so a day later.
    private static readonly TimeSpan Ttl = TimeSpan.FromDays(DaysKept + 2);

    /// <summary>What is left to be stored when the shard is given up; null: nothing is.</summary>
    public static HoursPlan? AtEnd(int shard, DateOnly? from, ShardHistory history, DateTimeOffset now, long bytesMax) =>
        Of(shard, from, history, now, int.MaxValue, bytesMax, bytesMax) is { Documents.Count: > 0 } plan ? plan : null;

    /// <summary>What there is to be stored now, and what has been kept for long enough.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="from">The first day that there is a document of; null: there is none.</param>
    /// <param name="history">What happened.</param>
    /// <param name="now">The time.</param>
    /// <param name="operationsMax">Most operations.</param>
    /// <param name="bytesMax">Most bytes of a commit.</param>
    /// <param name="room">What is left of them: where it is little, the next commit takes them.</param>
    public static HoursPlan Of(
        int shard, DateOnly? from, ShardHistory history, DateTimeOffset now, int operationsMax, long bytesMax, long room)
    {
        // What is cut off here is lost: how much may stay is no matter of what else happens to be in this commit.
        long dayBytesMax = Math.Min(DayBytesMax, bytesMax / 8);
        if (operationsMax < 1 || room < dayBytesMax * 2)
        {
            return new HoursPlan([], [], from);
        }

        var documents = new List<StateOperation>();
        var dates = new List<DateOnly>();
        foreach (HourDay day in history.TakeHours(now, dayBytesMax))
        {
            byte[] document = HourDayJson.ToUtf8(day);
            room -= document.Length;
            if (documents.Count == operationsMax || room < 0)
            {
                break;
            }

            documents.Add(new StateOperation(
                Keys.History(shard, day.Date), document, TtlSeconds: (int)Ttl.TotalSeconds));
            dates.Add(day.Date);
            from = from < day.Date ? from : day.Date;
        }

        for (; documents.Count < operationsMax && from < HourDay.DateOf(now).AddDays(-DaysKept); from = from.Value.AddDays(1))
        {
            documents.Add(new StateOperation(Keys.History(shard, from.Value), null));
        }

        return new HoursPlan(documents, dates, from);
    }
}
