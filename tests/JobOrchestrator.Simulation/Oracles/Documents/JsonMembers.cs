using System.Text.Json;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>What the ledger's readers have in common. Members come in any order, and a store may have re-encoded numbers.</summary>
internal static class JsonMembers
{
    /// <summary>A whole number, whatever its notation.</summary>
    public static long Whole(this ref Utf8JsonReader reader) =>
        reader.TryGetInt64(out long value) ? value : (long)Math.Round(reader.GetDouble());

    /// <summary>A text; the object that says the same where there is one, for most members of a job never change.</summary>
    public static string Text(this ref Utf8JsonReader reader, string? like) =>
        like is not null && reader.ValueTextEquals(like) ? like : reader.GetString()!;

    /// <summary>Moves to the next member of the object and then to its value; false at the object's end.</summary>
    public static bool NextMember(this ref Utf8JsonReader reader, out ReadOnlySpan<byte> name)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            name = default;
            return false;
        }

        name = reader.ValueSpan;
        reader.Read();
        return true;
    }
}
