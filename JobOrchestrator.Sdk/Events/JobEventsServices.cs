using JobOrchestrator.Sdk;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the owner's side.</summary>
public static class JobEventsServices
{
    /// <summary>
    /// Takes the events of one owner's jobs, from the broker and from the orchestrator's feed; see also <c>app.MapJobEvents()</c>. Adds a
    /// health check named <c>job-events</c> with the tag <c>ready</c>. Settings come from the configuration section <c>JobEvents</c>, then
    /// from code.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="owner">Whose jobs: the value of <c>owner</c> in the jobs.</param>
    /// <param name="configure">Says who handles them.</param>
    public static IServiceCollection AddJobEvents(this IServiceCollection services, string owner, Action<JobEventsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(owner);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddJobClient();
        services.AddSingleton<IConfigureOptions<JobEventsOptions>>(provider => new ConfigureOptions<JobEventsOptions>(options =>
        {
            options.Owner = owner;
            provider.GetService<IConfiguration>()?.GetSection(JobEventsOptions.Section).Bind(options);
        }));
        services.AddOptions<JobEventsOptions>()
            .Validate(
                options => options.Owner.AsSpan().IndexOfAny("\"\\\r\n") < 0,
                "An owner's name must not hold quotes, backslashes or line ends.")
            .Validate(
                options => Longest.IsAtLeast(TimeSpan.FromTicks(1), options.CatchUpInterval),
                "JobEvents:CatchUpInterval has to be more than zero.")
            .Validate(options => Longest.IsAtLeast(TimeSpan.Zero, options.GapDelay), "JobEvents:GapDelay must not be negative.")
            .Validate(options => options.RememberJobs >= 1, "JobEvents:RememberJobs has to be 1 or more.")
            .ValidateOnStart();
        services.TryAddSingleton<IJobEventMemory>(provider =>
            new FileJobEventMemory(provider.GetRequiredService<IOptions<JobEventsOptions>>().Value.Folder));
        services.TryAddSingleton<JobEventInbox>();
        services.TryAddSingleton<FeedReader>();
        services.AddHostedService<FeedService>();
        services.AddHealthChecks().AddCheck<JobEventsHealth>("job-events", tags: ["ready"]);
        configure(new JobEventsBuilder(services));
        return services;
    }
}
