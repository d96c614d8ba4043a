using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace JobOrchestrator.Http;

/// <summary>What a token says of itself before anything of it is believed.</summary>
/// <param name="Algorithm">How it is signed.</param>
/// <param name="KeyId">The name of the key; null: it says none.</param>
/// <param name="IsBinding">It has members that whoever does not know them must not pass over (<c>crit</c>).</param>
internal sealed record TokenHead(string? Algorithm, string? KeyId, bool IsBinding)
{
    /// <summary>The head of a token; null: it is none.</summary>
    public static TokenHead? Of(string token)
    {
        try
        {
            return token.Split('.') is [{ Length: > 0 } head, { Length: > 0 }, _] && TryRead(head) is { } json ? Of(json) : null;
        }
        catch (InvalidOperationException)
        {
            // Half a character, which no text has.
            return null;
        }
    }

    /// <summary>What a token says in its middle part, once its signature has been checked.</summary>
    public static JsonElement PayloadOf(string token) => TryRead(token.Split('.')[1])!.Value;

    private static TokenHead? Of(JsonElement json) => json.ValueKind != JsonValueKind.Object ? null
        : new TokenHead(Text(json, "alg"), Text(json, "kid"), json.TryGetProperty("crit", out _));

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? TryRead(string part)
    {
        byte[] bytes = new byte[part.Length];
        if (Base64Url.DecodeFromChars(part, bytes, out _, out int length) != OperationStatus.Done)
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(bytes.AsSpan(0, length));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
