using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Dashboard.Values;

/// <summary>A value as text that may be shown, copied and kept: as it was written, but for what is hidden.</summary>
/// <param name="Text">The text.</param>
/// <param name="HiddenCount">How many values are hidden in it.</param>
internal sealed record ShownJson(string Text, int HiddenCount)
{
    /// <summary>What stands in place of a hidden value.</summary>
    public const string Mask = $"\"{Dots}\"";

    /// <summary>The text of it.</summary>
    public const string Dots = "●●●●";

    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1_000 };

    /// <param name="json">The value, as it was written.</param>
    /// <param name="hidden">Names whose values are hidden.</param>
    public static ShownJson Of(string json, HiddenNames hidden)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(utf8, Deep);
        var shown = new MemoryStream(utf8.Length);
        byte[] mask = Encoding.UTF8.GetBytes(Mask);
        int copied = 0, count = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !hidden.Has(JsonName.Of(ref reader)))
            {
                continue;
            }

            reader.Read();
            int from = (int)reader.TokenStartIndex;
            reader.Skip();
            shown.Write(utf8.AsSpan(copied, from - copied));
            shown.Write(mask);
            (copied, count) = ((int)reader.BytesConsumed, count + 1);
        }

        shown.Write(utf8.AsSpan(copied));
        return new ShownJson(Encoding.UTF8.GetString(shown.ToArray()), count);
    }
}
