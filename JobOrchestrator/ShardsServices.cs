using System.Security.Cryptography;
using Dapr.Client;
using JobOrchestrator.Hosting;
using JobOrchestrator.Settings;
using JobOrchestrator.Shards;
using JobOrchestrator.Sidecar;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace JobOrchestrator;

/// <summary>Wires the shards into the service.</summary>
internal static class ShardsServices
{
    /// <summary>Settings of workers, callers and owners, which may be the same file's or environment's.</summary>
    private static readonly string[] SettingsOfTheSdk = ["Jobs:Client", "Jobs:Worker", "Jobs:Events"];

    public static IServiceCollection AddShards(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<StoreOptions>(configuration, "Store");
        services.AddSection<EventOptions>(configuration, "Events");
        services.AddSection<JobOptions>(configuration, new BoundSection("Jobs", typeof(JobOptions)) { Others = SettingsOfTheSdk });
        services.AddSection<ReplicaOptions>(configuration, "Replica");
        services.AddSection<HistoryOptions>(configuration, "History");
        services.AddSingleton<IValidateOptions<HistoryOptions>, HistoryOptionsValidator>();
        services.AddSingleton<IValidateOptions<StoreOptions>, StoreOptionsValidator>();
        services.AddSingleton<IValidateOptions<EventOptions>, EventOptionsValidator>();
        services.AddSingleton<IValidateOptions<JobOptions>, JobOptionsValidator>();
        services.AddSingleton<IValidateOptions<ReplicaOptions>, ReplicaOptionsValidator>();

        services.AddDaprClient(builder => builder.UseSidecarChannel());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => Component(
            provider.GetRequiredService<DaprClient>(), provider.GetRequiredService<IOptions<StoreOptions>>().Value));
        services.AddSingleton<Func<CancellationToken, Task<string>>>(
            provider => provider.GetRequiredService<StoreComponent>().TypeAsync);
        services.AddSingleton<StoreSurvey>();
        services.AddSingleton<IStateStore>(provider => OpenStore(
            provider.GetRequiredService<IOptions<StoreOptions>>().Value, provider.GetRequiredService<StoreComponent>(), configuration));
        services.AddSingleton(_ => new WrittenEvents(SidecarChannel.Open(configuration), SidecarChannel.Token(configuration)));
        services.AddSingleton<IEventBus>(provider => new DaprEventBus(
            provider.GetRequiredService<WrittenEvents>(), provider.GetRequiredService<IOptions<EventOptions>>().Value.PubSub));
        services.AddSingleton(provider => Identify(
            provider.GetRequiredService<IOptions<ReplicaOptions>>().Value, provider.GetRequiredService<Randomness>(), configuration));
        services.AddSingleton(provider => ShardsSettings.Of(
            provider.GetRequiredService<IOptions<StoreOptions>>().Value,
            provider.GetRequiredService<IOptions<ReplicaOptions>>().Value,
            provider.GetRequiredService<IOptions<EventOptions>>().Value,
            provider.GetRequiredService<IOptions<JobOptions>>().Value,
            provider.GetRequiredService<IOptions<HistoryOptions>>().Value));
        services.AddSingleton(new Randomness(RandomNumberGenerator.Fill));
        services.TryAddSingleton<Loops>();
        services.AddSingleton<Replica>();
        services.AddSingleton<IShardMap>(provider => provider.GetRequiredService<Replica>());
        services.AddHostedService<ReplicaService>();
        services.AddSingleton(provider => new Patience(
            provider.GetRequiredService<ReplicaSettings>().Answer, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IJobShards>(provider => new JobShards(
            provider.GetRequiredService<IShardMap>(),
            provider.GetRequiredService<Randomness>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Patience>()));
        return services;
    }

    private static StoreComponent Component(DaprClient dapr, StoreOptions options) =>
        new(dapr, options.Name, TimeSpan.FromSeconds(options.RequestSeconds));

    private static GrpcStateStore OpenStore(StoreOptions options, StoreComponent component, IConfiguration configuration) => new(
        SidecarChannel.Open(configuration),
        SidecarChannel.Token(configuration),
        options.Name,
        TimeSpan.FromSeconds(options.RequestSeconds),
        component.TypeAsync);

    private static ReplicaIdentity Identify(ReplicaOptions options, Randomness randomness, IConfiguration configuration)
    {
        string address = Addresses.First(configuration) ?? "http://localhost:5087";
        int port = Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? uri.Port : 0;
        return new ReplicaIdentity(options.Id ?? $"{Environment.MachineName}-{port}", address, randomness.NextToken());
    }
}
