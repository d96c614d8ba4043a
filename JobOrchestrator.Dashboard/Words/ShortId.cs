namespace JobOrchestrator.Dashboard.Words;

/// <summary>An id begins with its time, so jobs of one minute look alike without the end.</summary>
internal static class ShortId
{
    /// <summary>From so many characters on a text may be the beginning of an id.</summary>
    private const int BeginningMin = 8;

    private static readonly string[] Dots = ["…", "..."];

    public static string Of(string id) => id.Length > 16 ? $"{id[..8]}…{id[^4..]}" : id;

    /// <summary>Reads an id as lists show it.</summary>
    /// <param name="text">What was typed.</param>
    /// <returns>How the id begins and ends; null: it is none.</returns>
    public static (string Beginning, string End)? Read(string text) =>
        text.Split(Dots, 2, StringSplitOptions.None) is [{ Length: >= BeginningMin } beginning, var end]
        && IsOfAnId(beginning) && IsOfAnId(end)
            ? (beginning, end)
            : null;

    private static bool IsOfAnId(string text) => text.All(one => char.IsAsciiHexDigit(one) || one == '-');
}
