using JobOrchestrator.Settings;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>Options out of a section, checked at the start; what the section says besides is said in the log.</summary>
internal static class Sections
{
    public static OptionsBuilder<TOptions> AddSection<TOptions>(
        this IServiceCollection services, IConfiguration configuration, string name)
        where TOptions : class => services.AddSection<TOptions>(configuration, new BoundSection(name, typeof(TOptions)));

    public static OptionsBuilder<TOptions> AddSection<TOptions>(
        this IServiceCollection services, IConfiguration configuration, BoundSection section)
        where TOptions : class
    {
        services.AddSingleton(section);
        services.AddHostedService<SettingsCheck>();
        return services.AddOptions<TOptions>()
            .Configure(options => SettingsBinder.Fill(configuration.GetSection(section.Name), options))
            .ValidateOnStart();
    }

    /// <summary>What keeps the service from starting, with the section that it is about: two have a setting of one name.</summary>
    public static string Told(OptionsValidationException refused, IServiceProvider services)
    {
        BoundSection? section = services.GetServices<BoundSection>().FirstOrDefault(bound => bound.Options == refused.OptionsType);
        return section is null || refused.Message.Contains($"{section.Name}:", StringComparison.Ordinal)
            ? refused.Message
            : $"Section {section.Name} of the settings: {refused.Message}";
    }
}
