namespace JobOrchestrator.Sdk;

/// <summary>
/// Names that can be sent as they are. Half of a surrogate pair is no text: JSON and addresses put U+FFFD in its place, and the name would
/// be another one from there on, without a word.
/// </summary>
internal static class WholeText
{
    /// <summary>Whether a text has no half of a surrogate pair in it.</summary>
    public static bool IsWhole(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The name itself; null is none.</summary>
    /// <exception cref="ArgumentException">It cannot be sent as it is.</exception>
    public static string? Require(string? name, string parameter) => name is null || IsWhole(name)
        ? name
        : throw new ArgumentException($"\"{name}\" holds half of a surrogate pair, which cannot be sent.", parameter);
}
