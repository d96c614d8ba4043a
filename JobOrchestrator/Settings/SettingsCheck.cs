#pragma warning disable IDE0005 // Global in the service; the SDK has to say them.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
#pragma warning restore IDE0005

namespace JobOrchestrator.Settings;

/// <summary>
/// Says at the start which settings nobody reads. They are no reason not to start: a configuration may be newer than the program.
/// </summary>
/// <param name="sections">Those that are bound.</param>
/// <param name="logger">The log.</param>
/// <param name="configuration">Where settings come from; null: nowhere.</param>
internal sealed partial class SettingsCheck(
    IEnumerable<BoundSection> sections, ILogger<SettingsCheck> logger, IConfiguration? configuration = null) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration is not null)
        {
            foreach (UnknownSetting unknown in UnknownSettings.Of(configuration, [.. sections]))
            {
                LogUnknown(logger, unknown.Name, SourceOf(configuration, unknown.Name), unknown.Why);
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Where it was said: of several places the one that counts.</summary>
    private static string SourceOf(IConfiguration configuration, string name) =>
        (configuration as IConfigurationRoot)?.Providers
            .LastOrDefault(provider => provider.TryGet(name, out _) || provider.GetChildKeys([], name).Any())
            ?.ToString()?.Replace("ConfigurationProvider", "", StringComparison.Ordinal) ?? "the configuration";

    // Never its value: it may be a key that stands in the wrong place.
    [LoggerMessage(90, LogLevel.Warning, "The setting {Name} is not known and has no effect (it comes from {Source}). {Why}")]
    private static partial void LogUnknown(ILogger logger, string name, string source, string why);
}
