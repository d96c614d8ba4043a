using System.Globalization;
using System.Text.Json;

namespace JobOrchestrator.Shards;

/// <summary>
/// A day's hours as a document of the store: <c>version</c>, <c>day</c>, <c>known</c> (milliseconds since 1970, in pairs), and by name the
/// hours as Base64 of what <see cref="PackedCell"/> writes.
/// </summary>
internal static class HourDayJson
{
    /// <summary>What is written. A document of a later one is left as it is.</summary>
    public const int Version = 1;

    private const string All = "all";

    private static readonly (HistoryBy By, string Member)[] Members =
        [(HistoryBy.Queue, "queues"), (HistoryBy.Type, "types"), (HistoryBy.Owner, "owners")];

    public static byte[] ToUtf8(HourDay day) => DocumentWriter.ToUtf8(day, static (writer, day) =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("version"u8, Version);
        writer.WriteString("day"u8, day.Date.ToString("O", CultureInfo.InvariantCulture));
        writer.WriteStartArray("known"u8);
        foreach ((DateTimeOffset from, DateTimeOffset to) in day.Known)
        {
            writer.WriteNumberValue(from.ToUnixTimeMilliseconds());
            writer.WriteNumberValue(to.ToUnixTimeMilliseconds());
        }

        writer.WriteEndArray();
        foreach ((HistoryBy _, string _, ReadOnlyMemory<byte> hours) in day.Lines.Where(line => line.By == HistoryBy.All))
        {
            writer.WriteBase64String(All, hours.Span);
        }

        foreach ((HistoryBy by, string member) in Members)
        {
            writer.WriteStartObject(member);
            foreach ((HistoryBy _, string name, ReadOnlyMemory<byte> hours) in day.Lines.Where(line => line.By == by))
            {
                writer.WriteBase64String(name, hours.Span);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });

    /// <exception cref="FormatException">It is of another version, or no such document. Others that JSON throws as well.</exception>
    public static HourDay Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        JsonElement root = document.RootElement;
        if (root.GetProperty("version").GetInt32() != Version)
        {
            throw new FormatException("It is of another version.");
        }

        var day = new HourDay(DateOnly.ParseExact(root.GetProperty("day").GetString()!, "O", CultureInfo.InvariantCulture));
        long[] known = [.. root.GetProperty("known").EnumerateArray().Select(time => time.GetInt64())];
        for (int i = 0; i + 1 < known.Length; i += 2)
        {
            day.Know(DateTimeOffset.FromUnixTimeMilliseconds(known[i]), DateTimeOffset.FromUnixTimeMilliseconds(known[i + 1]));
        }

        if (root.TryGetProperty(All, out JsonElement all))
        {
            day.Load(HistoryBy.All, NamedSeries.Other, all.GetBytesFromBase64());
        }

        foreach ((HistoryBy by, string member) in Members)
        {
            foreach (JsonProperty named in root.GetProperty(member).EnumerateObject())
            {
                day.Load(by, named.Name, named.Value.GetBytesFromBase64());
            }
        }

        return day;
    }
}
