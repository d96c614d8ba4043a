using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// An index page as it is stored. Formats 1 and 2 have the ids and the expiry alone: a start reads every job of such a page, unless it is
/// retired.
/// </summary>
/// <param name="Ids">The ids by place; empty where a job lives in memory only, or has gone.</param>
internal sealed record PageDocument(Guid[] Ids)
{
    private const int NotFinished = -1;

    /// <summary>When all its jobs may go; null: it was live when it was written.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>
    /// Places of jobs that are known to have ended, and when each may go, to the second and never before its time. Those of a retired page
    /// have all ended. One that is not among them may have ended as well: that is said some time later.
    /// </summary>
    public IReadOnlyList<(int Place, DateTimeOffset ExpiresAt)> Finished { get; init; } = [];

    /// <summary>Keys that finished jobs leave taken, also those whose documents have gone.</summary>
    public IReadOnlyList<KeyGuard> Keys { get; init; } = [];

    /// <summary>
    /// What those of its jobs are that had ended, as <see cref="DigestForm"/> has it; null: it is not said. Of a page that was live when
    /// it was written it knows of <see cref="Finished"/> alone.
    /// </summary>
    public byte[]? Digest { get; init; }

    /// <summary>Until when one of the keys is taken.</summary>
    public DateTimeOffset GuardedUntil => Keys.Count > 0 ? Keys.Max(key => key.Until) : default;

    /// <summary>It lists jobs whose documents may be there.</summary>
    public bool HasJobs => Array.Exists(Ids, id => id != Guid.Empty);

    /// <summary>The jobs that a start has to read: all that may not have ended.</summary>
    public IEnumerable<Guid> ToRead()
    {
        if (ExpiresAt is not null)
        {
            return [];
        }

        HashSet<int> finished = [.. Finished.Select(one => one.Place)];
        return Ids.Where((id, place) => id != Guid.Empty && !finished.Contains(place));
    }

    /// <summary>The document of the page with this number.</summary>
    public byte[] ToUtf8(long number) =>
        DocumentWriter.ToUtf8((page: this, number), static (writer, of) => of.page.Write(writer, of.number));

    /// <summary>Reads a page's document.</summary>
    public static PageDocument Parse(ReadOnlyMemory<byte> utf8) =>
        TryParse(utf8) ?? throw new InvalidOperationException("It is a mark of a page that is gone.");

    /// <summary>The same; null: it only marks a page that was deleted.</summary>
    public static PageDocument? TryParse(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        JsonElement root = document.RootElement;
        return root.TryGetProperty("ids"u8, out JsonElement ids)
            ? new PageDocument([.. ids.EnumerateArray().Select(id => id.GetGuid())])
            {
                ExpiresAt = root.TryGetProperty("expiresAt"u8, out JsonElement expiry) ? expiry.GetDateTimeOffset() : null,
                Finished = root.TryGetProperty("finished"u8, out JsonElement finished) ? ReadFinished(finished) : [],
                Keys = KeyGuardJson.Read(root, "keys"),
                Digest = ReadDigest(root),
            }
            : null;
    }

    private void Write(Utf8JsonWriter writer, long number)
    {
        writer.WriteStartObject();
        writer.WriteNumber("page"u8, number);
        writer.WriteInstant("expiresAt"u8, ExpiresAt);
        writer.WriteStartArray("ids"u8);
        foreach (Guid id in Ids)
        {
            writer.WriteStringValue(id);
        }

        writer.WriteEndArray();
        WriteFinished(writer);
        KeyGuardJson.Write(writer, "keys"u8, Keys);
        WriteDigest(writer);
        writer.WriteEndObject();
    }

    private void WriteDigest(Utf8JsonWriter writer)
    {
        if (Digest is not null)
        {
            writer.WriteStartObject("digest"u8);
            writer.WriteNumber("version"u8, DigestForm.Version);
            writer.WriteBase64String("bytes"u8, Digest);
            writer.WriteEndObject();
        }
    }

    /// <summary>Without it more is read, so what cannot be understood of it does no harm.</summary>
    private static byte[]? ReadDigest(JsonElement page) =>
        page.TryGetProperty("digest"u8, out JsonElement digest)
        && digest.ValueKind == JsonValueKind.Object
        && digest.TryGetProperty("version"u8, out JsonElement version)
        && version.ValueKind == JsonValueKind.Number
        && version.TryGetInt32(out int number)
        && number == DigestForm.Version
        && digest.TryGetProperty("bytes"u8, out JsonElement bytes)
        && bytes.ValueKind == JsonValueKind.String
        && bytes.TryGetBytesFromBase64(out byte[]? found)
            ? found
            : null;

    /// <summary>Seconds after the first one, by place: three or four characters a job.</summary>
    private void WriteFinished(Utf8JsonWriter writer)
    {
        if (Finished.Count == 0)
        {
            return;
        }

        long from = Finished.Min(one => SecondsOf(one.ExpiresAt));
        writer.WriteStartObject("finished"u8);
        writer.WriteNumber("from"u8, from);
        writer.WriteStartArray("after"u8);
        int next = 0;
        foreach ((int place, DateTimeOffset expiry) in Finished.OrderBy(one => one.Place))
        {
            for (; next < place; next++)
            {
                writer.WriteNumberValue(NotFinished);
            }

            writer.WriteNumberValue(SecondsOf(expiry) - from);
            next++;
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static List<(int Place, DateTimeOffset ExpiresAt)> ReadFinished(JsonElement json)
    {
        long from = json.GetProperty("from").GetInt64();
        var finished = new List<(int, DateTimeOffset)>();
        int place = 0;
        foreach (JsonElement after in json.GetProperty("after").EnumerateArray())
        {
            long seconds = after.GetInt64();
            if (seconds != NotFinished)
            {
                finished.Add((place, InstantOf(from + seconds)));
            }

            place++;
        }

        return finished;
    }

    /// <summary>The first full second that is not before an instant.</summary>
    private static long SecondsOf(DateTimeOffset at) =>
        (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;

    private static DateTimeOffset InstantOf(long seconds)
    {
        long most = (DateTimeOffset.MaxValue.Ticks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        return seconds > most ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeSeconds(seconds);
    }
}
