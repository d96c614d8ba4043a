using System.Globalization;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>What kind of document a key names.</summary>
internal enum DocumentKind
{
    Head = 1,
    Page = 2,
    Outbox = 3,
    Settings = 4,
    Job = 5,

    /// <summary>What happened on a day, by hours.</summary>
    Hours = 7,

    /// <summary>Of no shard, or of a kind that the ledger does not read.</summary>
    Other = 6,
}

/// <summary>A key, taken apart by the ledger's own hand.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Shard">The shard; -1: of none.</param>
/// <param name="Epoch">Of a page or an outbox document.</param>
/// <param name="Number">Of a page or an outbox document; the day of hours, such as 20300101.</param>
/// <param name="Job">Of a job.</param>
internal readonly record struct DocumentKey(DocumentKind Kind, int Shard, long Epoch = 0, long Number = 0, Guid Job = default)
{
    private const string Prefix = "shard-";

    public static DocumentKey Parse(string key)
    {
        if (key.Length == 36 && Guid.TryParseExact(key, "D", out Guid job))
        {
            // The twelve bits behind the version.
            int shardOfJob = int.Parse(key.AsSpan(15, 3), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return new DocumentKey(DocumentKind.Job, shardOfJob, Job: job);
        }

        if (!key.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return new DocumentKey(DocumentKind.Other, -1);
        }

        string[] parts = key.Split('-');
        int shard = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return parts switch
        {
            [_, _] => new DocumentKey(DocumentKind.Head, shard),
            [_, _, "page", var epoch, var number] => new DocumentKey(DocumentKind.Page, shard, Whole(epoch), Whole(number)),
            [_, _, "outbox", var epoch, var number] => new DocumentKey(DocumentKind.Outbox, shard, Whole(epoch), Whole(number)),
            [_, _, "history", var day] => new DocumentKey(DocumentKind.Hours, shard, Number: Whole(day)),
            [_, _, "settings", ..] => new DocumentKey(DocumentKind.Settings, shard),
            _ => new DocumentKey(DocumentKind.Other, shard),
        };
    }

    private static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
