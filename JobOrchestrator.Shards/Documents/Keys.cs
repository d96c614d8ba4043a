using System.Security.Cryptography;
using System.Text;

namespace JobOrchestrator.Shards;

/// <summary>The keys of a shard's documents.</summary>
internal static class Keys
{
    /// <summary>The head, and the partition of all the shard's documents.</summary>
    public static string Head(int shard) => $"shard-{shard}";

    /// <summary>An index page; the epoch in the key keeps two holders from ever writing one page.</summary>
    public static string Page(int shard, long epoch, long page) => $"shard-{shard}-page-{epoch}-{page}";

    /// <summary>The events of one commit.</summary>
    public static string Outbox(int shard, long epoch, long number) => $"shard-{shard}-outbox-{epoch}-{number}";

    /// <summary>One name's settings; <paramref name="part"/> is its own part.</summary>
    public static string Settings(int shard, string part) => $"shard-{shard}-settings-{part}";

    /// <summary>
    /// The own part of a document of settings. The hash is for whoever looks for a name; it is the epoch and the number, which grows with
    /// every new document, that keep two names, two holders and two lives of one name from ever writing one key.
    /// </summary>
    public static string SettingsPart(string kind, string name, long epoch, long number) =>
        $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8))}-{epoch}-{number}";

    /// <summary>A page that lists documents of settings. It is never deleted, so its versions only ever grow.</summary>
    public static string SettingsPage(int shard, int page) => $"shard-{shard}-settings-page-{page}";

    /// <summary>What happened on one day (UTC), by hours.</summary>
    public static string History(int shard, DateOnly day) => string.Create(null, $"shard-{shard}-history-{day:yyyyMMdd}");

    /// <summary>How many shards the store was first used with, and the format of what is stored.</summary>
    public const string Shards = "shards";
}
