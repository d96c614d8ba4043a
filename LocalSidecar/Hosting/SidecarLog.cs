using JobOrchestrator.Logs;
using LocalSidecar.CommandLine;

namespace LocalSidecar.Hosting;

/// <summary>The process' log.</summary>
internal static class SidecarLog
{
    /// <summary>
    /// Lines as the services write them. Flags go before the settings of the environment (<c>Logging:…</c>), and these before what the
    /// run file asks for.
    /// </summary>
    /// <param name="options">What the command line asks for.</param>
    /// <param name="settings">The environment's settings.</param>
    public static ILoggerFactory Create(SidecarOptions options, IConfiguration settings)
    {
        LogLevel framework = options.LogLevel > LogLevel.Warning ? options.LogLevel : LogLevel.Warning;
        IConfiguration all = new ConfigurationBuilder().AddConfiguration(settings).AddInMemoryCollection(Said(options)).Build();
        return LoggerFactory.Create(logging => logging
            .AddPlainConsole()
            .SetMinimumLevel(options.LogLevel)
            .AddFilter("Microsoft", framework)

            // What keeps a server from starting is said in one line, at the end.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddFilter("Grpc", framework)
            .AddConfiguration(all.GetSection("Logging")));
    }

    private static IEnumerable<KeyValuePair<string, string?>> Said(SidecarOptions options)
    {
        if (options.IsLogLevelSaid)
        {
            yield return new("Logging:LogLevel:Default", options.LogLevel.ToString());
        }

        if (options.LogAsJson)
        {
            yield return new("Logging:Console:FormatterName", "json");
        }
    }
}
