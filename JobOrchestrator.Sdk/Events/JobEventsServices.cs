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
    /// health check named <c>job-events</c> with the tag <c>ready</c>. Settings come from the configuration section <c>Jobs:Events</c>,
    /// then from code.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="owner">Whose jobs: the value of <c>owner</c> in the jobs.</param>
    /// <param name="configure">Says who handles them.</param>
    /// <exception cref="InvalidOperationException">It was called for another owner before: a process has one.</exception>
    public static IServiceCollection AddJobEvents(this IServiceCollection services, string owner, Action<JobEventsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(owner);
        string? other = services.Select(service => service.ServiceType == typeof(OwnerNamed) ? service.ImplementationInstance : null)
            .OfType<OwnerNamed>().FirstOrDefault()?.Owner;
        if (other is not null && other != owner)
        {
            throw new InvalidOperationException(
                $"A process takes the events of one owner: AddJobEvents(\"{owner}\", …) comes after AddJobEvents(\"{other}\", …). The "
                    + "other one needs a process of its own.");
        }

        services.TryAddSingleton(new OwnerNamed(owner));
        return services.AddJobEvents(configure).Configure<JobEventsOptions>(options => options.Owner = owner);
    }

    /// <summary>The same, for an owner that the configuration names: <c>Jobs:Events:Owner</c>.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Says who handles them.</param>
    public static IServiceCollection AddJobEvents(this IServiceCollection services, Action<JobEventsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddJobClient();
        if (services.All(service => service.ServiceType != typeof(FeedReader)))
        {
            services.AddSections<JobEventsOptions>(JobEventsOptions.EarlierSection, JobEventsOptions.Section);
            services.AddHealthChecks().AddCheck<JobEventsHealth>("job-events", tags: ["ready"]);
            AddOnce(services);
        }

        services.AddOptions<JobEventsOptions>()
            .Validate(
                options => !string.IsNullOrWhiteSpace(options.Owner),
                "An owner of jobs needs a name: AddJobEvents(\"shop\", …), or Jobs:Events:Owner.")
            .Validate(
                options => options.Owner.AsSpan().IndexOfAny("\"\\\r\n") < 0,
                "An owner's name must not hold quotes, backslashes or line ends.")
            .Validate(
                options => !string.IsNullOrWhiteSpace(options.PubSubName),
                "Jobs:Events:PubSubName has to name a pub/sub component; where there is none, set Jobs:Events:FeedOnly.")
            .Validate(
                options => options.Topics.Keys.All(Enum.IsDefined) && !options.Topics.Values.Any(string.IsNullOrWhiteSpace),
                "Jobs:Events:Topics has to name a topic for each kind of event (Created, Updated, Completed, Failed, Cancelled) in it.")
            .Validate(
                options => IsRoute(options.RoutePrefix), "Jobs:Events:RoutePrefix has to be a path, as in /JobEvents.")
            .Validate(options => Enum.IsDefined(options.StartFrom), "Jobs:Events:StartFrom has to be Oldest or Now.")
            .Validate(options => !string.IsNullOrWhiteSpace(options.Folder), "Jobs:Events:Folder has to name a folder.")
            .Validate(options => options.HandlerTries >= 1, "Jobs:Events:HandlerTries has to be 1 or more.")
            .Validate(
                options => Longest.IsAtLeast(TimeSpan.FromTicks(1), options.CatchUpInterval),
                "Jobs:Events:CatchUpInterval has to be more than zero.")
            .Validate(options => Longest.IsAtLeast(TimeSpan.Zero, options.GapDelay), "Jobs:Events:GapDelay must not be negative.")
            .Validate(options => options.RememberJobs >= 1, "Jobs:Events:RememberJobs has to be 1 or more.")
            .ValidateOnStart();
        services.TryAddSingleton<IJobEventMemory>(provider =>
            new FileJobEventMemory(provider.GetRequiredService<IOptions<JobEventsOptions>>().Value.Folder));
        services.TryAddSingleton<SetAsideEvents>();
        services.TryAddSingleton<JobEventInbox>();
        services.TryAddSingleton<EventRetries>();
        services.TryAddSingleton<SubscriptionWatch>();
        services.TryAddSingleton<FeedReader>();
        services.AddHostedService<FeedService>();
        configure(new JobEventsBuilder(services));
        return services;
    }

    private static void AddOnce(IServiceCollection services)
    {
#pragma warning disable RS0030 // The factory makes no other; what bounds it is the limit of each request.
        services.AddHttpClient(SidecarSubscriptions.HttpClientName, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(
                provider => JobClient.NewHandler(provider.GetRequiredService<IOptions<JobClientOptions>>().Value))
            .RemoveAllLoggers();
#pragma warning restore RS0030
        services.AddSingleton(provider => new SidecarSubscriptions(
            provider.GetRequiredService<IHttpClientFactory>(),
            provider.GetService<IConfiguration>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new HeldEvents(
            provider.GetRequiredService<IOptions<JobEventsOptions>>().Value.HandlerTries,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<JobClientOptions>>().Value.Jitter));
    }

    /// <summary>Whose events the code asks for.</summary>
    private sealed record OwnerNamed(string Owner);

    /// <summary>A prefix may be empty, and holds no query.</summary>
    private static bool IsRoute(string? prefix) => prefix is not null && prefix.AsSpan().IndexOfAny("?#\\\r\n") < 0;
}
