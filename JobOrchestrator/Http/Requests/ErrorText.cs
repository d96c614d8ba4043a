using JobOrchestrator.Core;

namespace JobOrchestrator.Http;

/// <summary>
/// Texts of workers, cut to their bounds: a worker whose report is refused has no better one. What is cut ends in an ellipsis.
/// </summary>
internal static class ErrorText
{
    /// <summary>Longest title, in characters. Titles are noted with each attempt and go out with events, so they are short.</summary>
    public const int TitleMax = 256;

    /// <summary>Most bytes that a character of a text has in JSON: an escape.</summary>
    private const int EscapeBytes = 6;

    /// <summary>An error that was told as a text. A long or many-lined one is kept as the detail, up to the bound of a value.</summary>
    /// <param name="text">What the worker says.</param>
    /// <param name="valueBytesMax">Most bytes of the detail.</param>
    public static JobError ToError(string text, int valueBytesMax)
    {
        string title = OneLine(text, TitleMax);
        return new JobError(JobError.WorkerError, title, title == text ? null : ToDetail(text, valueBytesMax));
    }

    /// <summary>The text on one line, at most so many characters of it.</summary>
    public static string OneLine(string text, int max)
    {
        // What is cut anyway is not copied.
        string line = string.Create(Math.Min(text.Length, max + 1), text, static (characters, source) =>
        {
            for (int i = 0; i < characters.Length; i++)
            {
                characters[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
        return Cut(line, max);
    }

    /// <summary>A short text as a JSON value.</summary>
    public static JsonText ToValue(string text) => JsonText.Of(ToUtf8(text));

    private static JsonText ToDetail(string text, int valueBytesMax)
    {
        byte[] whole = ToUtf8(text);
        return JsonText.Of(whole.Length <= valueBytesMax ? whole : ToUtf8(Cut(text, Math.Max(2, (valueBytesMax / EscapeBytes) - 1))));
    }

    private static byte[] ToUtf8(string text) => JsonAnswer.ToUtf8(text, static (writer, text) => writer.WriteStringValue(text));

    private static string Cut(string text, int max)
    {
        if (text.Length <= max)
        {
            return text;
        }

        // Not between the halves of a pair.
        int end = char.IsHighSurrogate(text[max - 2]) ? max - 2 : max - 1;
        return text[..end] + "…";
    }
}
