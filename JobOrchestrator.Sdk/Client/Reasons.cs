using System.Text;

namespace JobOrchestrator.Sdk;

/// <summary>Why something failed, in one line of a thousand characters at most, with what led to it.</summary>
internal static class Reasons
{
    // Deeper ones repeat themselves, and a reason is one line.
    private const int DepthMax = 4;

    // Messages may quote what somebody sent, and stand in logs and health answers.
    private const int CharactersMax = 1_000;

    /// <summary>The exception's message, then those of its causes as far as they say more.</summary>
    public static string Of(Exception exception)
    {
        var reason = new StringBuilder(MessageOf(exception));
        int depth = 1;
        for (Exception? cause = exception.InnerException; cause is not null && depth < DepthMax; cause = cause.InnerException, depth++)
        {
            if (MessageOf(cause) is var message && !reason.ToString().Contains(message, StringComparison.Ordinal))
            {
                reason.Append(" (").Append(message).Append(')');
            }
        }

        return OneLine(reason.ToString());
    }

    private static string OneLine(string text)
    {
        string line = string.Concat(text.Take(CharactersMax).Select(one => char.IsControl(one) ? ' ' : one));
        return text.Length <= CharactersMax ? line : (char.IsHighSurrogate(line[^1]) ? line[..^1] : line) + "…";
    }

    /// <summary>A message is code of whoever made the exception, and may itself throw or be empty.</summary>
    private static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message is { Length: > 0 } message ? message : exception.GetType().Name;
        }
        catch (Exception)
        {
            return exception.GetType().Name;
        }
    }
}
