#pragma warning disable IDE0005 // Some of the programs that have this file have these already.
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
#pragma warning restore IDE0005

namespace JobOrchestrator.Logs;

/// <summary>
/// The console's usual lines behind the instant in UTC, with the scopes that stand around them, without control characters: texts of
/// strangers stand in them, and a terminal obeys an escape that it is shown. Other formatters (<c>json</c>) write escapes of their own.
/// Every program that writes a log has this folder, so that lines of all can be put in order.
/// </summary>
internal sealed class PlainConsole(
    IServiceProvider services, IOptions<PlainConsoleOptions> options, IOptions<SimpleConsoleFormatterOptions> usual)
    : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "plain";

    /// <summary>Instants, in UTC. The same in every culture: some have another sign between hours and minutes.</summary>
    public const string InstantFormat = "yyyy-MM-dd'T'HH':'mm':'ss'.'fff'Z'";

    // Asked for when it is needed: it is one of the services that this one is among.
    private readonly Lazy<ConsoleFormatter> _usual = new(() =>
        services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == ConsoleFormatterNames.Simple));

    // What keeps the host from starting is said in a sentence, at the end.
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";
    private const int FailedToStart = 11;

    private readonly Lazy<TimeProvider> _time = new(() => services.GetService<TimeProvider>() ?? TimeProvider.System);

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry.EventId.Id == FailedToStart && logEntry.Category == Host)
        {
            return;
        }

        Func<TState, Exception?, string> formatter = logEntry.Formatter;
        bool isOneLine = usual.Value.SingleLine;
        string? exception = logEntry.Exception is { } failure
            ? $"{(isOneLine ? " " : Environment.NewLine)}{Clean(failure.ToString(), keepLines: !isOneLine)}"
            : null;
        Exception? told = logEntry.Exception;
        if (usual.Value.TimestampFormat is null)
        {
            textWriter.Write(_time.Value.GetUtcNow().UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture));
            textWriter.Write(' ');
        }

        // In front of the text: what a stranger wrote can only stand behind them.
        string scopes = options.Value.IncludeScopes ? ScopeText.Of(scopeProvider, logEntry.State) : "";
        var plain = new LogEntry<TState>(
            logEntry.LogLevel,
            logEntry.Category,
            logEntry.EventId,
            logEntry.State,
            exception: null,
            (state, _) => scopes + TextOf(formatter(state, told)) + exception);

        // Without the scopes, which it would write as they are.
        _usual.Value.Write(in plain, null, textWriter);
    }

    /// <summary>The text in one line. One that begins as if it said what it belongs to, says by a backslash that it does not.</summary>
    private static string TextOf(string text)
    {
        string clean = Clean(text, keepLines: false);
        int begin = 0;
        while (begin < clean.Length
            && (char.IsWhiteSpace(clean[begin]) || char.GetUnicodeCategory(clean[begin]) == UnicodeCategory.Format))
        {
            begin++;
        }

        return begin < clean.Length && clean[begin] == '{' ? clean.Insert(begin, "\\") : clean;
    }

    /// <summary>The text without what a terminal obeys; line ends only where they are the program's own.</summary>
    internal static string Clean(string text, bool keepLines)
    {
        if (!text.Any(c => IsObeyed(c, keepLines)))
        {
            return text;
        }

        return string.Create(text.Length, (text, keepLines), static (characters, source) =>
        {
            for (int i = 0; i < characters.Length; i++)
            {
                characters[i] = IsObeyed(source.text[i], source.keepLines) ? ' ' : source.text[i];
            }
        });
    }

    private static bool IsObeyed(char c, bool keepLines) =>
        (char.IsControl(c) && !(keepLines && c is '\n' or '\t'))
        // Ends of lines to whoever reads a log by Unicode's rules, and what turns the rest of a line round.
        || c is '\u2028' or '\u2029' or '\u061C' or '\u200E' or '\u200F'
            or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}

/// <summary>What the settings (<c>Logging:Console:FormatterOptions</c>) say to this form alone.</summary>
internal sealed class PlainConsoleOptions : ConsoleFormatterOptions
{
    public PlainConsoleOptions() => IncludeScopes = true;
}
