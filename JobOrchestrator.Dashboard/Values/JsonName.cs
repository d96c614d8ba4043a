using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Dashboard.Values;

/// <summary>The name of a member, without its escapes.</summary>
internal static class JsonName
{
    /// <summary>One whose escapes are no text (half of a character) is as it was written.</summary>
    public static string Of(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }
}
