using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

/// <summary>Options out of the configuration, where there is one: it is optional in a container, unlike with BindConfiguration.</summary>
internal static class SettingsOf
{
    /// <param name="provider">The container.</param>
    /// <param name="sections">From where; a later one goes before an earlier one.</param>
    public static IConfigureOptions<TOptions> Section<TOptions>(IServiceProvider provider, params string[] sections)
        where TOptions : class => new ConfigureOptions<TOptions>(options =>
    {
        foreach (string section in sections)
        {
            provider.GetService<IConfiguration>()?.GetSection(section).Bind(options);
        }
    });
}
