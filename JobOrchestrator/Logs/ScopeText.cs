#pragma warning disable IDE0005 // Some of the programs that have this file have these already.
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
#pragma warning restore IDE0005

namespace JobOrchestrator.Logs;

/// <summary>The scopes around a log entry as one short text: <c>{JobId=01a1…, JobType="two words"} </c>.</summary>
internal static class ScopeText
{
    /// <summary>Most characters of one value; the rest is cut off.</summary>
    public const int ValueMax = 200;

    /// <summary>Most values; a scope may hold whatever its program put there.</summary>
    public const int ValuesMax = 16;

    // Which connection and which span of a trace it was is for machines, and stands in JSON; what was formatted stands in the text.
    private static readonly string[] LeftOut = ["ConnectionId", "RequestId", "SpanId", "ParentId", "{OriginalFormat}"];

    /// <summary>
    /// The values, the outermost scope's first, with a space behind; empty: there are none. A name that stands in several scopes has the
    /// innermost one's value, and what the entry itself says is not said twice.
    /// </summary>
    /// <param name="scopes">The scopes; null: none are kept.</param>
    /// <param name="state">The entry's own values.</param>
    public static string Of<TState>(IExternalScopeProvider? scopes, TState state)
    {
        if (scopes is null)
        {
            return "";
        }

        var values = new List<KeyValuePair<string, string>>();
        scopes.ForEachScope(static (scope, found) => Add(found, scope), values);
        if (state is IEnumerable<KeyValuePair<string, object?>> own)
        {
            foreach ((string name, object? value) in own)
            {
                values.Remove(new(name, TextOf(value)));
            }
        }

        if (values.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder("{");
        foreach ((string name, string value) in values)
        {
            text.Append(text.Length > 1 ? ", " : "");
            text.Append(name.Length > 0 ? Quoted(name) + "=" : "").Append(Quoted(value));
        }

        return text.Append("} ").ToString();
    }

    private static void Add(List<KeyValuePair<string, string>> found, object? scope)
    {
        if (scope is not IEnumerable<KeyValuePair<string, object?>> values)
        {
            values = [new("", scope)];
        }

        foreach ((string name, object? value) in values)
        {
            string text = TextOf(value);
            if (text.Length == 0 || LeftOut.Contains(name))
            {
                continue;
            }

            int at = name.Length == 0 ? -1 : found.FindIndex(other => other.Key == name);
            if (at >= 0)
            {
                found[at] = new(name, text);
            }
            else if (found.Count < ValuesMax)
            {
                found.Add(new(name, text));
            }
        }
    }

    private static string TextOf(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    // As it is where nothing in it could be taken for an end or for another value.
    private static string Quoted(string text)
    {
        if (text.Length <= ValueMax && text.All(static c => char.IsAsciiLetterOrDigit(c) || "-._:/@+#~%".Contains(c)))
        {
            return text;
        }

        bool isCut = text.Length > ValueMax;
        string kept = isCut ? text[..(ValueMax - (char.IsHighSurrogate(text[ValueMax - 1]) ? 1 : 0))] + "…" : text;
        string escaped = PlainConsole.Clean(kept, keepLines: false)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }
}
