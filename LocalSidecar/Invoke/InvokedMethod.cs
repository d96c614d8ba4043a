using System.Buffers;

namespace LocalSidecar.Invoke;

/// <summary>The method that a call names: a path of the app's, without a query.</summary>
internal static class InvokedMethod
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("#?\0");

    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 32).Append(0x7f).Select(static code => (char)code)]);

    // Decoded on the way, each of them would name another resource than the caller did. Of the others "%3F" and "%23" would end the path.
    private static readonly SearchValues<string> Encoded =
        SearchValues.Create(["%2F", "%5C", "%2E", "%3F", "%23"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses a path whose parts could be taken for others than the caller meant.</summary>
    /// <param name="app">The app's name as the caller gave it.</param>
    /// <param name="path">As it goes to the app.</param>
    /// <exception cref="Errors.FailureException">It has a separator, a dot or the end of a path in percent-encoding.</exception>
    public static void Check(string app, string path)
    {
        if (path.AsSpan().ContainsAny(Encoded))
        {
            throw Refused(app, $"method contains a percent-encoded separator or dot: \"{path}\"");
        }
    }

    /// <summary>The path of a method that did not come as one: checked, without dots, with a slash in front.</summary>
    /// <inheritdoc cref="Check"/>
    public static string PathOf(string app, string method)
    {
        if (method.AsSpan().ContainsAny(Forbidden))
        {
            throw Refused(app, $"method contains forbidden character: \"{method}\"");
        }

        if (method.AsSpan().IndexOfAny(Controls) is >= 0 and int at)
        {
            throw Refused(app, $"method contains control character at position {at}: \"{method}\"");
        }

        Check(app, method);
        var parts = new List<string>();
        foreach (string part in method.Split('/'))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        // .NET would take a backslash for a slash.
        string path = string.Join('/', parts).Replace("\\", "%5C", StringComparison.Ordinal);
        return parts.Count > 0 && method.EndsWith('/') ? $"/{path}/" : "/" + path;
    }

    private static Errors.FailureException Refused(string app, string problem) =>
        Invocation.Failed(app, $"rpc error: code = InvalidArgument desc = invalid method: {problem}");
}
