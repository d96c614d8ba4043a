using System.Globalization;
using TestSupport;

namespace EndToEnd.Owners;

/// <summary>
/// The services one by one, as start.sh starts them, but with a broker that gives an event up after its second try, and an owner
/// that stays away until it is started again. Disposing kills them.
/// </summary>
internal sealed class LossyBroker : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new();
    private readonly int _jobsPort = FreePort.Next();
    private readonly int _xPort = FreePort.Next();
    private readonly int _sidecarPort = FreePort.NextBlock(2);
    private readonly int _sidecarGrpcPort = FreePort.NextBlock(2);
    private readonly HttpClient _ownersSidecar;
    private ChildProcess? _sidecar;
    private ChildProcess? _orchestrator;
    private ChildProcess? _owner;

    private LossyBroker()
    {
        Jobs = ClientOf(_jobsPort);
        Owner = ClientOf(_xPort);
        _ownersSidecar = ClientOf(_sidecarPort + 1);
    }

    public HttpClient Jobs { get; }

    public HttpClient Owner { get; }

    /// <summary>How many events the broker has given up so far, by its own log.</summary>
    public int Dropped => _sidecar!.Lines.Count(
        line => line.Contains("is dropped: ", StringComparison.Ordinal) && line.EndsWith("failed 2 times", StringComparison.Ordinal));

    public static async Task<LossyBroker> StartAsync()
    {
        var services = new LossyBroker();
        try
        {
            services.StartSidecar();
            services.StartOrchestrator();
            await AnswersAsync(services.Jobs, "/health/ready");
            await services.StartOwnerAsync();
            return services;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts MicroserviceX and waits until it is ready and its sidecar knows what it subscribes to.</summary>
    public async Task StartOwnerAsync()
    {
        _owner = Start("MicroserviceX", "MicroserviceX", [], new()
        {
            ["ASPNETCORE_URLS"] = Address(_xPort),
            ["APP_PORT"] = Text(_xPort),
            ["DAPR_HTTP_PORT"] = Text(_sidecarPort + 1),
            ["DAPR_GRPC_PORT"] = Text(_sidecarGrpcPort + 1),
            ["JobOrchestrator__Address"] = Address(_jobsPort),
            ["DATA_DIR"] = _folder["data"],
            ["EVENTS_KEPT"] = "1000000",
        });
        await AnswersAsync(Owner, "/health/ready");
        await AnswersAsync(_ownersSidecar, "/v1.0/healthz");
    }

    /// <summary>
    /// Stops MicroserviceX. Not by kill -9: an event that is being handled at that very moment may be handled again, and these
    /// tests count.
    /// </summary>
    public async Task StopOwnerAsync()
    {
        _owner!.Send(Signal.Terminate);
        Assert.Equal(0, await _owner.WaitForExitAsync());
        await _owner.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess? process in (ChildProcess?[])[_owner, _orchestrator, _sidecar])
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        Jobs.Dispose();
        Owner.Dispose();
        _ownersSidecar.Dispose();
        _folder.Dispose();
    }

    private void StartSidecar()
    {
        string resources = Directory.CreateDirectory(_folder["resources"]).FullName;
        foreach (string file in (string[])["pubsub.yaml", "statestore.yaml"])
        {
            File.Copy(Path.Combine(Repository.Root, "components", "local", file), Path.Combine(resources, file));
        }

        File.WriteAllText(Path.Combine(resources, "resiliency.yaml"), """
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata:
              name: gives-up
            spec:
              policies:
                retries:
                  once-more:
                    policy: constant
                    duration: 20ms
                    maxRetries: 1
              targets:
                components:
                  jobs-pubsub:
                    inbound:
                      retry: once-more
            """);
        _sidecar = Start("LocalSidecar", "LocalSidecar",
        [
            "-f", Path.Combine(Repository.Root, "dapr.yaml"), "--resources-path", resources, "--data", _folder["sidecar"],
            "--set", $"job-orchestrator.appPort={_jobsPort}", "--set", $"job-orchestrator.daprHTTPPort={_sidecarPort}",
            "--set", $"job-orchestrator.daprGRPCPort={_sidecarGrpcPort}",
            "--set", $"microservice-x.appPort={_xPort}", "--set", $"microservice-x.daprHTTPPort={_sidecarPort + 1}",
            "--set", $"microservice-x.daprGRPCPort={_sidecarGrpcPort + 1}",
        ]);
    }

    private void StartOrchestrator() => _orchestrator = Start("JobOrchestrator", "JobOrchestrator", [], new()
    {
        ["ASPNETCORE_URLS"] = Address(_jobsPort),
        ["APP_PORT"] = Text(_jobsPort),
        ["DAPR_HTTP_PORT"] = Text(_sidecarPort),
        ["DAPR_GRPC_PORT"] = Text(_sidecarGrpcPort),
    });

    private static ChildProcess Start(
        string project, string name, IEnumerable<string> arguments, Dictionary<string, string?>? environment = null)
    {
        string folder = Path.Combine(Repository.Root, project);
        return ChildProcess.Start(
            "dotnet", [
                Path.Combine(folder, "bin", Repository.Configuration, "net10.0", $"{name}.dll"), .. arguments
            ], environment, folder);
    }

    private static Task AnswersAsync(HttpClient service, string path) => Eventually.TrueAsync(
        async () =>
        {
            using HttpResponseMessage answer = await service.GetAsync(new Uri(path, UriKind.Relative));
            return answer.IsSuccessStatusCode;
        },
        $"{service.BaseAddress} is ready",
        StartDeadline);

    private static HttpClient ClientOf(int port) => new() { BaseAddress = new Uri(Address(port)), Timeout = TimeSpan.FromSeconds(20) };

    private static string Address(int port) => $"http://127.0.0.1:{port}";

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
