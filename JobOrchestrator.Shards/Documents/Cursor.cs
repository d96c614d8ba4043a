using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace JobOrchestrator.Shards;

/// <summary>An opaque place in every shard: what it means is the business of whoever made it.</summary>
internal static class Cursor
{
    public static string Write(char kind, IReadOnlyList<(long Number, int Offset)> places)
    {
        StringBuilder text = new StringBuilder().Append(kind);
        foreach ((long number, int offset) in places)
        {
            text.Append(CultureInfo.InvariantCulture, $";{number}.{offset}");
        }

        return Base64Url.EncodeToString(Encoding.ASCII.GetBytes(text.ToString()));
    }

    /// <exception cref="FormatException">It is none of ours, or of a store with another number of shards.</exception>
    public static (long Number, int Offset)[] Read(char kind, string cursor, int shards)
    {
        string[] parts = Decode(cursor).Split(';');
        if (parts[0] != kind.ToString() || parts.Length != shards + 1)
        {
            throw new FormatException("The cursor is none of ours.");
        }

        return [.. parts.Skip(1).Select(ReadPlace)];
    }

    private static string Decode(string cursor) =>
        Base64Url.IsValid(cursor)
            ? Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor))
            : throw new FormatException("The cursor is none of ours.");

    private static (long Number, int Offset) ReadPlace(string text)
    {
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0
            && long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && int.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int offset)
            ? (number, offset)
            : throw new FormatException("The cursor is none of ours.");
    }
}
