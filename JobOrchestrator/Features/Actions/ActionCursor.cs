using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace JobOrchestrator.Features.Actions;

/// <summary>
/// Where a request ended that did a part of an action. It says all that is needed to go on, so that an action survives the process that
/// began it.
/// </summary>
/// <param name="Id">The action.</param>
/// <param name="Start">When it began: ages in its query count from then, and jobs that came later are none of its.</param>
/// <param name="Matched">How many were counted then.</param>
/// <param name="Seen">How many have been tried.</param>
/// <param name="Place">
/// Where the search goes on; <see cref="Beginning"/>: a part of the first page was done, and it is tried again.
/// </param>
internal sealed record ActionCursor(Guid Id, DateTimeOffset Start, int Matched, int Seen, string Place)
{
    /// <summary>The place in front of all jobs, where an action begins.</summary>
    public const string Beginning = "";

    private const char Version = '1';
    private const int Parts = 7;

    /// <summary>As callers send it back.</summary>
    /// <param name="mark">What the action is told by.</param>
    public string ToText(string mark) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{Version}|{Id:N}|{Start.UtcTicks}|{Matched}|{Seen}|{mark}|{Place}")));

    /// <summary>Reads one; null: it is none, or another action's.</summary>
    public static ActionCursor? Read(string text, string mark, DateTimeOffset now)
    {
        string[] parts;
        try
        {
            parts = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(text)).Split('|', Parts);
        }
        catch (FormatException)
        {
            return null;
        }

        return parts.Length == Parts
            && parts[0] == Version.ToString()
            && Guid.TryParseExact(parts[1], "N", out Guid id)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            && ticks <= now.UtcTicks
            && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out int matched)
            && int.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out int seen)
            && parts[5] == mark
                ? new ActionCursor(id, new DateTimeOffset(ticks, TimeSpan.Zero), matched, seen, parts[6])
                : null;
    }
}
