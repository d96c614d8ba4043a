namespace JobOrchestrator.Dashboard.Values;

/// <summary>Texts as a word of a shell, so that what is copied does what it says and nothing else.</summary>
internal static class ShellText
{
    /// <summary>In single quotes, where nothing means anything; a quote itself is closed, said and opened again.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
