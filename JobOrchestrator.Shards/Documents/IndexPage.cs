using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>One index page: ids by arrival, and what keeps the page live.</summary>
internal sealed class IndexPage
{
    private readonly Guid[] _ids;
    private volatile int _used;
    private int _liveJobs;
    private DateTimeOffset _holdUntil;

    /// <param name="ids">The ids so far, by place.</param>
    /// <param name="jobs">How many it has room for.</param>
    public IndexPage(Guid[] ids, int jobs)
    {
        _ids = new Guid[jobs];
        ids.CopyTo(_ids, 0);
        _used = Array.FindLastIndex(ids, id => id != Guid.Empty) + 1;
    }

    /// <summary>
    /// The ids so far; empty where a job lives in memory only. Safe for readers: a place is filled before it is counted.
    /// </summary>
    public ReadOnlySpan<Guid> Ids => _ids.AsSpan(0, _used);

    /// <summary>When the last of its finished jobs may go.</summary>
    public DateTimeOffset LatestExpiry { get; private set; }

    public void Add(int place, Guid id)
    {
        _ids[place] = id;
        _used = Math.Max(_used, place + 1);
    }

    public void Count(Job? before, Job after)
    {
        _liveJobs += (after.IsFinished ? 0 : 1) - (before is { IsFinished: false } ? 1 : 0);
        DateTimeOffset window = after.UniqueKey is not null ? after.CreatedAt.AddSeconds(after.UniqueSeconds ?? 0) : default;
        _holdUntil = Later(_holdUntil, Later(window, after.IdempotencyUntil ?? default));
        LatestExpiry = Later(LatestExpiry, after.ExpiresAt ?? default);
    }

    /// <summary>A job that goes on in another page.</summary>
    public void Leave(Job job) => _liveJobs -= job.IsFinished ? 0 : 1;

    public bool IsSettled(DateTimeOffset now) => _liveJobs == 0 && _holdUntil <= now;

    public static byte[] ToUtf8(long number, IReadOnlyList<Guid> ids, DateTimeOffset? expiresAt)
    {
        using var stream = new MemoryStream(ids.Count * 40 + 64);
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("page"u8, number);
            if (expiresAt is { } expiry)
            {
                writer.WriteString("expiresAt"u8, expiry.UtcDateTime);
            }

            writer.WriteStartArray("ids"u8);
            foreach (Guid id in ids)
            {
                writer.WriteStringValue(id);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Reads a page's document: its ids by place, and when all its jobs may go (null: it was live when written).</summary>
    public static (Guid[] Ids, DateTimeOffset? ExpiresAt) Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        Guid[] ids = [.. document.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetGuid())];
        return (ids, document.RootElement.TryGetProperty("expiresAt", out JsonElement expiry) ? expiry.GetDateTimeOffset() : null);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
