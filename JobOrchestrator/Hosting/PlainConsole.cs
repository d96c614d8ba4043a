using System.Globalization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Configuration;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>
/// The console's usual lines behind the instant in UTC, without control characters: texts of strangers stand in them, and a terminal obeys
/// an escape that it is shown. Other formatters (<c>json</c>) write escapes of their own. LocalSidecar and MicroserviceX have this file
/// too, so that lines of all three can be put in order.
/// </summary>
internal sealed class PlainConsole(IServiceProvider services, IOptions<SimpleConsoleFormatterOptions> options)
    : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "plain";

    // The same in every culture: some have another calendar, and another sign between hours and minutes.
    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss.fff'Z '";

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
        string? exception = logEntry.Exception is { } failure
            ? $"{(options.Value.SingleLine ? " " : Environment.NewLine)}{Clean(failure.ToString(), keepLines: !options.Value.SingleLine)}"
            : null;
        Exception? told = logEntry.Exception;
        if (options.Value.TimestampFormat is null)
        {
            textWriter.Write(_time.Value.GetUtcNow().UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture));
        }

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

    private static bool IsObeyed(char c, bool keepLines) =>
        (char.IsControl(c) && !(keepLines && c is '\n' or '\t'))
        // Ends of lines to whoever reads a log by Unicode's rules, and what turns the rest of a line round.
        || c is '\u2028' or '\u2029' or '\u061C' or '\u200E' or '\u200F'
            or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}

/// <summary>Puts it in the console's place.</summary>
internal static class PlainConsoleSetup
{
    /// <summary>One line for each entry, in this form, unless the settings (<c>Logging:Console</c>) say otherwise.</summary>
    public static ILoggingBuilder AddPlainConsole(this ILoggingBuilder logging)
    {
        // In front of what the settings say.
        logging.Services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<SimpleConsoleFormatterOptions>>(
            new ConfigureOptions<SimpleConsoleFormatterOptions>(static console => console.SingleLine = true)));
        logging.AddConsole();
        logging.AddConsoleFormatter<PlainConsole, SimpleConsoleFormatterOptions>();
        logging.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IPostConfigureOptions<ConsoleLoggerOptions>, PlainUnlessSaid>());
        return logging;
    }

    /// <summary>A slim builder asks for the simple one in code, which would go before the settings, too.</summary>
    private sealed class PlainUnlessSaid(ILoggerProviderConfiguration<ConsoleLoggerProvider> settings)
        : IPostConfigureOptions<ConsoleLoggerOptions>
    {
        public void PostConfigure(string? name, ConsoleLoggerOptions options) =>
            options.FormatterName = settings.Configuration[nameof(options.FormatterName)] ?? PlainConsole.FormatterName;
    }
}
