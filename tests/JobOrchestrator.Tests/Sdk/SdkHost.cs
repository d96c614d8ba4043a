using System.Collections.Concurrent;
using JobOrchestrator.Sdk;
using JobOrchestrator.Shards;
using JobOrchestrator.Tests.Features;

namespace JobOrchestrator.Tests.Sdk;

/// <summary>The service in memory, and the SDK that talks to it over a connection that can be cut.</summary>
internal sealed class SdkHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private SdkHost(ApiHost api, Connection connection)
    {
        (Api, Connection) = (api, connection);
        IServiceCollection services = new ServiceCollection().AddLogging();
        Connect(services);
        _services = services.BuildServiceProvider();
    }

    public ApiHost Api { get; }

    public Connection Connection { get; }

    public JobClient Client => _services.GetRequiredService<JobClient>();

    public IJobOperations Operations => _services.GetRequiredService<IJobOperations>();

    public static async Task<SdkHost> StartAsync(Func<ReplicaSettings, ReplicaSettings>? replica = null) =>
        new(await ApiHost.StartAsync(kestrel: true, replica: replica), new Connection());

    /// <summary>Has a container's SDK talk to this service, with pauses short enough for tests.</summary>
    public void Connect(IServiceCollection services)
    {
        services.AddJobClient(options =>
        {
            options.Address = Api.Address;
            options.RetryPause = TimeSpan.FromMilliseconds(5);
        });
        services.AddHttpClient(JobClient.HttpClientName).AddHttpMessageHandler(() => new Wire(Connection));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Api.DisposeAsync();
    }

    private sealed class Wire(Connection connection) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            connection.Requests.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}");
            int number = connection.Requests.Count;
            if (connection.Before is { } before)
            {
                await before(number);
            }

            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (!connection.LoseAnswers.Contains(number))
            {
                return response;
            }

            response.Dispose();
            throw new HttpRequestException("Connection reset");
        }
    }
}

/// <summary>What went over the connection, and what happens on it.</summary>
internal sealed class Connection
{
    /// <summary>Method, path and query of every request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Numbers of requests, from 1, that get through and whose answers do not.</summary>
    public HashSet<int> LoseAnswers { get; } = [];

    /// <summary>Called before a request of this number, from 1, is sent.</summary>
    public Func<int, Task>? Before { get; set; }
}
