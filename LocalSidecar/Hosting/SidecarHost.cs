using LocalSidecar.Api;
using LocalSidecar.Api.Grpc;
using LocalSidecar.Api.Http;
using LocalSidecar.Apps;
using LocalSidecar.CommandLine;
using LocalSidecar.Errors;
using LocalSidecar.Invoke;
using LocalSidecar.Log;
using LocalSidecar.PubSub;
using LocalSidecar.Resources;
using LocalSidecar.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace LocalSidecar.Hosting;

/// <summary>The whole process: one ledger, and a sidecar with its own port for every app.</summary>
internal sealed partial class SidecarHost : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger;
    private readonly Ledger _ledger;
    private readonly List<Served> _served = [];
    private readonly TaskCompletionSource _allStopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StaleSubscriptions _stale;

    private SidecarHost(Ledger ledger, TimeProvider time, ILoggerFactory loggers)
    {
        _ledger = ledger;
        _logger = loggers.CreateLogger("LocalSidecar");
        _stale = new StaleSubscriptions(ledger.Bus, time, _logger);
    }

    /// <summary>Ends when every sidecar has been shut down by its app.</summary>
    public Task AllStopped => _allStopped.Task;

    public Ledger Ledger => _ledger;

    /// <summary>The port of each app's sidecar; the first instance's, where there are several.</summary>
    public IReadOnlyDictionary<string, int> Ports =>
        _served.DistinctBy(
            static served => served.Sidecar.App.Id).ToDictionary(static served => served.Sidecar.App.Id, static served => served.Port);

    /// <summary>The port of each app's sidecar for gRPC; the first instance's, where there are several.</summary>
    public IReadOnlyDictionary<string, int> GrpcPorts => _served
        .DistinctBy(static served => served.Sidecar.App.Id)
        .ToDictionary(static served => served.Sidecar.App.Id, static served => served.Grpc.Port);

    /// <summary>Reads the resources, opens the data folder, and serves.</summary>
    /// <exception cref="StartException">Something keeps it from starting; nothing is left running.</exception>
    public static async Task<SidecarHost> StartAsync(SidecarOptions options, Tokens tokens, TimeProvider time, ILoggerFactory loggers)
    {
        var resources = options.Apps.Select(static app => ResourceSet.Read(app.ResourcesPaths)).ToList();
        ILogger logger = loggers.CreateLogger("LocalSidecar");
        foreach (Component component in resources.SelectMany(static set => set.Components).DistinctBy(static one => (one.File, one.Name)))
        {
            foreach ((string name, string? meant) in component.Unread)
            {
                LogUnread(logger, component.File, component.Name, name, meant is null ? "" : $" Did you mean '{meant}'?");
            }
        }

        foreach (UnreadName unread in resources.SelectMany(static set => set.Unread).Distinct())
        {
            LogUnreadName(
                logger, unread.File, unread.Line, unread.Path, unread.Meant is null ? "" : $" Did you mean '{unread.Meant}'?");
        }

        var ledger = new Ledger(options.DataFolder is { } folder ? new DataFolder(folder) : new MemoryStore(), time, logger);
        var host = new SidecarHost(ledger, time, loggers);
        try
        {
            var sidecars = options.Apps.Select((app, i) => new Sidecar(app, resources[i], ledger.Store, tokens, ledger.Bus)).ToList();
            ILookup<string, App> apps = sidecars.Select(
                static sidecar => sidecar.App).ToLookup(static app => app.Id, StringComparer.Ordinal);

            foreach (Sidecar sidecar in sidecars.GroupBy(static sidecar => sidecar.App.Id).SelectMany(static instances => instances))
            {
                sidecar.App.HasOtherInstances = apps[sidecar.App.Id].Count() > 1;
                await host.ServeAsync(sidecar, apps, time, loggers);
            }

            foreach (string absent in ledger.Bus.Apps().Where(app => !apps.Contains(app)))
            {
                LogAbsent(logger, absent, StaleSubscriptions.Kept.Days);
            }

            LogServing(logger, options.DataFolder is null ? "in memory only" : Path.GetFullPath(options.DataFolder));
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stale.DisposeAsync();
        await Task.WhenAll(_served.Select(static served => served.StopAsync()));
        _ledger.Dispose();
    }

    private async Task ServeAsync(Sidecar sidecar, ILookup<string, App> apps, TimeProvider time, ILoggerFactory loggers)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.MaxRequestHeadersTotalSize = 64 << 10;
        Loopback.Listen(options, sidecar.Settings.HttpPort, static _ => { });
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        var server = new KestrelServer(Options.Create(options), transport, loggers);
        var served = new Served(sidecar, server, new DeliverySet(sidecar.Topics, time, loggers));
        var invocation = new Invocation(sidecar.App, apps);
        var streams = new StreamCalls(sidecar.Topics, time, loggers.CreateLogger("LocalSidecar.PubSub"));
        var application = new SidecarApplication(
            sidecar, invocation, () => _ = ShutDownAsync(served), loggers.CreateLogger("LocalSidecar.Http"));
        try
        {
            // HTTP last: who has found the sidecar healthy there finds gRPC as well.
            await ListenAsync(
                sidecar,
                async () => served.Grpc = await GrpcServer.StartAsync(
                    sidecar, new DaprService(sidecar, invocation, streams, () => _ = ShutDownAsync(served)), loggers),
                sidecar.Settings.GrpcPort,
                "--dapr-grpc-port, or daprGRPCPort in the run file");
            await ListenAsync(
                sidecar,
                () => server.StartAsync(application, CancellationToken.None),
                sidecar.Settings.HttpPort,
                "--dapr-http-port, or daprHTTPPort in the run file");
        }
        catch
        {
            server.Dispose();
            if (served.IsGrpcServed)
            {
                await served.Grpc.DisposeAsync();
            }

            throw;
        }

        served.Port = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        ILogger logger = loggers.CreateLogger("LocalSidecar.Apps");
        served.Watch(new AppWatcher(sidecar.App, served.Deliveries, time, logger).RunAsync);
        if (AppHealthWatcher.IsFor(sidecar.App))
        {
            served.Watch(new AppHealthWatcher(sidecar.App, time, logger).RunAsync);
        }

        _served.Add(served);
        LogListening(_logger, sidecar.App.Id, served.Port, served.Grpc.Port);
    }

    private static async Task ListenAsync(Sidecar sidecar, Func<Task> listen, int port, string setting)
    {
        try
        {
            await listen();
        }
        catch (IOException problem) when (problem.InnerException is AddressInUseException)
        {
            throw new StartException(
                $"{sidecar.App.Id}: port {port} is taken. Stop what listens there, or give the sidecar another port ({setting}). "
                    + problem.Message);
        }
        catch (IOException problem)
        {
            throw new StartException($"{sidecar.App.Id}: cannot listen on port {port}: {problem.Message}");
        }
    }

    private async Task ShutDownAsync(Served served)
    {
        LogShutDown(_logger, served.Sidecar.App.Id);
        await served.StopAsync();
        if (_served.All(static other => other.IsStopped))
        {
            _allStopped.TrySetResult();
        }
    }

    [LoggerMessage(60, LogLevel.Information, "{App}: sidecar on http://127.0.0.1:{Port}, gRPC on 127.0.0.1:{GrpcPort}")]
    private static partial void LogListening(ILogger logger, string app, int port, int grpcPort);

    [LoggerMessage(61, LogLevel.Information, "Serving; state and messages: {Where}")]
    private static partial void LogServing(ILogger logger, string where);

    [LoggerMessage(63, LogLevel.Information, "{App}: not served this time; messages of its topics wait for it, for at most {Days} days")]
    private static partial void LogAbsent(ILogger logger, string app, int days);

    [LoggerMessage(64, LogLevel.Warning, "{File}: component '{Component}': nothing here reads its metadata '{Name}'.{Meant}")]
    private static partial void LogUnread(ILogger logger, string file, string component, string name, string meant);

    [LoggerMessage(65, LogLevel.Warning, "{File}, line {Line}: nothing here reads '{Name}'.{Meant}")]
    private static partial void LogUnreadName(ILogger logger, string file, long line, string name, string meant);

    [LoggerMessage(62, LogLevel.Information, "{App}: shut down by request")]
    private static partial void LogShutDown(ILogger logger, string app);

    private sealed class Served(Sidecar sidecar, KestrelServer server, DeliverySet deliveries) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly Lock _gate = new();
        private Task _watching = Task.CompletedTask;
        private Task? _stopped;

        public Sidecar Sidecar { get; } = sidecar;

        public DeliverySet Deliveries { get; } = deliveries;

        public int Port { get; set; }

        public GrpcServer Grpc { get; set; } = null!;

        public bool IsGrpcServed => Grpc is not null;

        public bool IsStopped => _stopped is { IsCompleted: true };

        public void Watch(Func<CancellationToken, Task> watch) =>
            _watching = Task.WhenAll(_watching, Task.Run(() => watch(_stopping.Token)));

        public ValueTask DisposeAsync() => new(StopAsync());

        public Task StopAsync()
        {
            lock (_gate)
            {
                return _stopped ??= StopOnceAsync();
            }
        }

        private async Task StopOnceAsync()
        {
            await Task.Yield();
            await _stopping.CancelAsync();
            await _watching;
            await Deliveries.DisposeAsync();
            await Sidecar.Topics.Streams.StopAsync(StopTimeout);

            // Requests that are being answered get to their end, long polls within reason.
            using var timeout = new CancellationTokenSource(StopTimeout);
            await Task.WhenAll(server.StopAsync(timeout.Token), Grpc.StopAsync(timeout.Token));
            server.Dispose();
            await Grpc.DisposeAsync();
            Sidecar.Topics.Streams.Dispose();
            Sidecar.App.Channel.Dispose();
            _stopping.Dispose();
        }
    }
}
