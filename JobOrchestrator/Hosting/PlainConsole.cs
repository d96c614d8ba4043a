using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>
/// The console's usual lines, without control characters: texts of strangers stand in them, and a terminal obeys an escape that it is
/// shown. Other formatters (<c>json</c>) write escapes of their own. LocalSidecar and MicroserviceX have this file too.
/// </summary>
internal sealed class PlainConsole(IServiceProvider services, IOptions<SimpleConsoleFormatterOptions> options)
    : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "plain";

    // Asked for when it is needed: it is one of the services that this one is among.
    private readonly Lazy<ConsoleFormatter> _usual = new(() =>
        services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == ConsoleFormatterNames.Simple));

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        Func<TState, Exception?, string> formatter = logEntry.Formatter;
        string? exception = logEntry.Exception is { } failure
            ? $"{(options.Value.SingleLine ? " " : Environment.NewLine)}{Clean(failure.ToString(), keepLines: !options.Value.SingleLine)}"
            : null;
        Exception? told = logEntry.Exception;
        var plain = new LogEntry<TState>(
            logEntry.LogLevel,
            logEntry.Category,
            logEntry.EventId,
            logEntry.State,
            exception: null,
            (state, _) => Clean(formatter(state, told), keepLines: false) + exception);
        _usual.Value.Write(in plain, scopeProvider, textWriter);
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

    private static bool IsObeyed(char c, bool keepLines) => char.IsControl(c) && !(keepLines && c is '\n' or '\t');
}

/// <summary>Puts it in the console's place.</summary>
internal static class PlainConsoleSetup
{
    public static ILoggingBuilder AddPlainConsole(this ILoggingBuilder logging) =>
        logging.AddConsoleFormatter<PlainConsole, SimpleConsoleFormatterOptions>();
}
