namespace JobOrchestrator.Sdk;

/// <summary>What a label may be, as the orchestrator has it.</summary>
internal static class LabelRules
{
    /// <summary>Most labels of a job.</summary>
    public const int CountMax = 16;

    /// <summary>Longest key, in characters.</summary>
    public const int KeyCharactersMax = 64;

    /// <summary>Longest value, in characters.</summary>
    public const int ValueCharactersMax = 128;

    /// <summary>
    /// Whether a text can be a key: the letters of ASCII, digits, dots, underscores and minus signs, the first of them a letter or digit.
    /// </summary>
    public static bool IsKey(string text) => text.Length is > 0 and <= KeyCharactersMax && char.IsAsciiLetterOrDigit(text[0])
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');
}
