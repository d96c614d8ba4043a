#pragma warning disable IDE0005 // Some of the programs that have this file have these already.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Configuration;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
#pragma warning restore IDE0005

namespace JobOrchestrator.Logs;

/// <summary>Puts it in the console's place.</summary>
internal static class PlainConsoleSetup
{
    /// <summary>
    /// One line for each entry, with instant and scopes: plain, or by <c>Logging:Console:FormatterName=json</c> an object. The settings
    /// (<c>Logging:Console</c>) go before all of it.
    /// </summary>
    public static ILoggingBuilder AddPlainConsole(this ILoggingBuilder logging)
    {
        logging.Configure(static options => options.ActivityTrackingOptions =
            ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId | ActivityTrackingOptions.ParentId);
        logging.ConfigureFirst<SimpleConsoleFormatterOptions>(static console => console.SingleLine = true);
        logging.ConfigureFirst<JsonConsoleFormatterOptions>(static console =>
        {
            console.IncludeScopes = true;
            console.TimestampFormat = PlainConsole.InstantFormat;
            console.UseUtcTimestamp = true;
        });
        logging.AddConsole();
        logging.AddConsoleFormatter<PlainConsole, PlainConsoleOptions>();
        logging.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IPostConfigureOptions<ConsoleLoggerOptions>, PlainUnlessSaid>());
        return logging;
    }

    // In front of what the settings say, wherever they were added.
    private static void ConfigureFirst<TOptions>(this ILoggingBuilder logging, Action<TOptions> configure)
        where TOptions : class =>
        logging.Services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<TOptions>>(new ConfigureOptions<TOptions>(configure)));

    /// <summary>A slim builder asks for the simple one in code, which would go before the settings, too.</summary>
    private sealed class PlainUnlessSaid(ILoggerProviderConfiguration<ConsoleLoggerProvider> settings)
        : IPostConfigureOptions<ConsoleLoggerOptions>
    {
        public void PostConfigure(string? name, ConsoleLoggerOptions options) =>
            options.FormatterName = settings.Configuration[nameof(options.FormatterName)] ?? PlainConsole.FormatterName;
    }
}
