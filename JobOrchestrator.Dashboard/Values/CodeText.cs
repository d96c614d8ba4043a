using System.Text;

namespace JobOrchestrator.Dashboard.Values;

/// <summary>Texts as C# has them.</summary>
internal static class CodeText
{
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (char each in text)
        {
            _ = each switch
            {
                '"' or '\\' => quoted.Append('\\').Append(each),
                < ' ' or > '~' => quoted.Append($"\\u{(int)each:x4}"),
                _ => quoted.Append(each),
            };
        }

        return quoted.Append('"').ToString();
    }
}
