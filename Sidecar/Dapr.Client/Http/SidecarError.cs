using System.Net;
using System.Text;
using System.Text.Json;

namespace Dapr.Client.Http;

/// <summary>What a sidecar says when it refuses: JSON as a rule, plain text for a bad token, anything from a proxy between.</summary>
internal static class SidecarError
{
    // Enough for any text of the sidecar; a page of HTML from something else in its place is cut.
    private const int TextMax = 2000;

    public static DaprException Refused(string operation, HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        var (code, text) = Read(body);
        var message = code is null ? text : $"{code}: {text}";
        return new DaprException(
            $"{operation} failed: {message} (HTTP {(int)status}).",
            new HttpRequestException(message, inner: null, status));
    }

    public static DaprException Unreachable(string operation, Exception exception) =>
        new($"{operation} failed: {exception.Message}", exception);

    public static DaprException TimedOut(string operation, Exception exception) =>
        new($"{operation} failed: no answer in time.", exception);

    private static (string? Code, string Text) Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } error)
                return (Member(error, "errorCode"), Member(error, "message") ?? Cut(error.GetRawText()));
        }
        catch (JsonException)
        {
            // Not the sidecar's JSON: the text itself is all there is to tell.
        }

        return (null, Cut(Encoding.UTF8.GetString(body).Trim()));
    }

    private static string? Member(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static string Cut(string text) => text.Length switch
    {
        0 => "no explanation given",
        > TextMax => text[..TextMax],
        _ => text,
    };
}
