using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Http;

/// <summary>What a request prefers (RFC 7240). What cannot be read is no preference.</summary>
/// <param name="Wait">How long the caller would wait; null when it does not say.</param>
/// <param name="RespondAsync">The caller would rather not wait.</param>
internal readonly record struct Preferences(TimeSpan? Wait, bool RespondAsync)
{
    public static Preferences Of(HttpRequest request)
    {
        StringValues values = request.Headers["Prefer"];
        if (values.Count == 0)
        {
            return default;
        }

        TimeSpan? wait = null;
        bool respondAsync = false;
        foreach (string preference in values.SelectMany(value => Split(value ?? "", ',')))
        {
            string[] nameAndValue = Split(preference, ';').First().Split('=', 2);
            string name = nameAndValue[0].Trim();
            respondAsync |= name.Equals("respond-async", StringComparison.OrdinalIgnoreCase);

            // The first of several counts.
            if (wait is null
                && nameAndValue.Length == 2
                && name.Equals("wait", StringComparison.OrdinalIgnoreCase)
                && nameAndValue[1].Trim().Trim('"') is { Length: > 0 } seconds
                && seconds.All(char.IsAsciiDigit))
            {
                // More digits than a number holds are more than any cap.
                wait = TimeSpan.FromSeconds(int.TryParse(seconds, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue);
            }
        }

        return new Preferences(wait, respondAsync);
    }

    /// <summary>Parts a text, but not within quotes: what another preference says there is none of ours.</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        int begin = 0;
        bool isQuoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && isQuoted)
            {
                i++;
            }
            else if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (text[i] == separator && !isQuoted)
            {
                yield return text[begin..i];
                begin = i + 1;
            }
        }

        yield return text[begin..];
    }

    /// <summary>The wait that is granted of the one asked for; null: none was asked for.</summary>
    public TimeSpan? Granted(TimeSpan cap) => Wait is { } wait ? (wait < cap ? wait : cap) : null;
}
