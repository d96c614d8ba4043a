using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using LocalSidecar.Api;
using LocalSidecar.CommandLine;
using LocalSidecar.Hosting;
using TestSupport;

namespace LocalSidecar.Tests.Support;

/// <summary>The whole process in this one: sidecars for the given apps, on free ports.</summary>
internal sealed class TestSidecar : IAsyncDisposable
{
    private const string Components = """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: {name: jobs}
        spec: {type: state.in-memory, version: v1}
        ---
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: {name: shared}
        spec: {type: state.in-memory, version: v1, metadata: [{name: keyPrefix, value: name}]}
        ---
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: {name: bus}
        spec: {type: pubsub.in-memory, version: v1}
        """;

    private readonly TemporaryFolder _resources;
    private readonly SidecarHost _host;
    private readonly List<GrpcChannel> _channels = [];

    private TestSidecar(TemporaryFolder resources, SidecarHost host, LogLines log)
    {
        _resources = resources;
        _host = host;
        Log = log;
    }

    public LogLines Log { get; }

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public SidecarHost Host => _host;

    /// <param name="apps">App ids with the ports of their apps; null for an app that only calls.</param>
    /// <param name="data">The data folder; null for memory.</param>
    /// <param name="yaml">More documents beside the components <c>jobs</c>, <c>shared</c> and <c>bus</c>.</param>
    /// <param name="tokens">None when null.</param>
    /// <param name="change">What is other than usual for these apps; null for nothing.</param>
    public static async Task<TestSidecar> StartAsync(
        IEnumerable<(string Id, int? Port)> apps,
        string? data = null,
        string yaml = "",
        Tokens? tokens = null,
        Func<AppSettings, AppSettings>? change = null,
        TimeProvider? time = null)
    {
        var resources = new TemporaryFolder();
        await File.WriteAllTextAsync(resources["components.yaml"], Components);
        await File.WriteAllTextAsync(resources["more.yaml"], yaml);
        IEnumerable<AppSettings> settings = apps
            .Select(app => new AppSettings { AppId = app.Id, AppPort = app.Port, HttpPort = 0, ResourcesPaths = [resources.Path] })
            .Select(app => change?.Invoke(app) ?? app);
        var log = new LogLines();
        SidecarHost host = await SidecarHost.StartAsync(
            new SidecarOptions([.. settings], data, []), tokens ?? new Tokens(null, null), time ?? TimeProvider.System, log);
        return new TestSidecar(resources, host, log);
    }

    /// <summary>A channel to an app's sidecar; the sidecar's end disposes of it.</summary>
    public GrpcChannel Channel(string app = "worker")
    {
        var channel = GrpcChannel.ForAddress(
            $"http://127.0.0.1:{_host.GrpcPorts[app]}", new GrpcChannelOptions { MaxReceiveMessageSize = null });
        _channels.Add(channel);
        return channel;
    }

    /// <summary>The generated client of an app's sidecar.</summary>
    public Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient Dapr(string app = "worker") => new(Channel(app));

    /// <summary>A call by the method's name, for those that the generated client has no more.</summary>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(string method, TRequest request)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var called = new Method<TRequest, TResponse>(
            MethodType.Unary,
            "dapr.proto.runtime.v1.Dapr",
            method,
            Marshallers.Create(static message => message.ToByteArray(), static bytes => Parse<TRequest>(bytes)),
            Marshallers.Create(static message => message.ToByteArray(), static bytes => Parse<TResponse>(bytes)));
        return await Channel().CreateCallInvoker().AsyncUnaryCall(called, null, default, request);
    }

    public Uri Url(string path, string app = "worker") => new($"http://127.0.0.1:{_host.Ports[app]}{path}");

    /// <summary>Waits until the app has been asked for its subscriptions.</summary>
    public Task ReadyAsync(string app = "worker") => Eventually.TrueAsync(
        async () => (await Http.GetAsync(Url("/v1.0/healthz", app))).IsSuccessStatusCode,
        "the sidecar is ready",
        TimeSpan.FromSeconds(30));

    public Task<HttpResponseMessage> PostAsync(string path, string body, string app = "worker", string contentType = "application/json") =>
        Http.PostAsync(
            Url(path, app), new StringContent(body, Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue(contentType)));

    /// <summary>Publishes numbers, one after the other.</summary>
    public async Task PublishAsync(string topic, params int[] numbers)
    {
        foreach (int number in numbers)
        {
            using HttpResponseMessage response = await PostAsync($"/v1.0/publish/bus/{topic}", $"{number}");
            Assert.Equal(204, (int)response.StatusCode);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channels.ForEach(static channel => channel.Dispose());
        await _host.DisposeAsync();
        _resources.Dispose();
    }

    private static T Parse<T>(byte[] bytes)
        where T : class, IMessage<T>, new()
    {
        var message = new T();
        message.MergeFrom(bytes);
        return message;
    }
}
