using JobOrchestrator.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

/// <summary>Options out of the configuration, where there is one: it is optional in a container, unlike with BindConfiguration.</summary>
internal static class SettingsOf
{
    /// <summary>Reads options from there, and has the start say what stands there and is none of them.</summary>
    /// <param name="services">The container.</param>
    /// <param name="sections">From where; a later one goes before an earlier one.</param>
    public static void AddSections<TOptions>(this IServiceCollection services, params string[] sections)
        where TOptions : class
    {
        // In front of everything: code has the last word, wherever it stands.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<TOptions>>(
            provider => new ConfigureOptions<TOptions>(options => Fill(options, provider.GetService<IConfiguration>(), sections))));
        foreach (string section in sections)
        {
            services.AddSingleton(new BoundSection(section, typeof(TOptions)));
        }

        services.AddHostedService<SettingsCheck>();
    }

    private static void Fill(object options, IConfiguration? configuration, string[] sections)
    {
        foreach (string section in configuration is null ? [] : sections)
        {
            SettingsBinder.Fill(configuration!.GetSection(section), options);
        }
    }
}
