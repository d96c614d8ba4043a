using System.Net;
using System.Net.Sockets;
using LocalSidecar.CommandLine;

namespace LocalSidecar.Apps;

/// <summary>The sidecar's way to its app: one HTTP client for everything, without a timeout of its own.</summary>
internal sealed class AppChannel : IDisposable
{
    public const string NoTrace = "00-00000000000000000000000000000000-0000000000000000-00";

    private readonly HttpMessageInvoker _deliveries = Client(DecompressionMethods.GZip);
    private readonly HttpMessageInvoker _invocations = Client(DecompressionMethods.None);
    private readonly SemaphoreSlim? _limit;
    private readonly string? _token;
    private readonly Lock _gate = new();
    private TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AppChannel(AppSettings settings, string? token)
    {
        Port = settings.AppPort;
        Address = settings.AppChannelAddress;
        BaseUri = Port is null ? null : new Uri($"http://{Address}:{Port}");
        _token = token;
        _limit = settings.AppMaxConcurrency is { } limit ? new SemaphoreSlim(limit) : null;
    }

    public int? Port { get; }

    public string Address { get; }

    /// <summary>Null for an app that only calls.</summary>
    public Uri? BaseUri { get; }

    /// <summary>Ends when the app listens; already ended while it does.</summary>
    public Task WhenUp
    {
        get
        {
            lock (_gate)
            {
                return _up.Task;
            }
        }
    }

    /// <summary>Notes whether the app listens.</summary>
    public void Set(bool isUp)
    {
        lock (_gate)
        {
            if (isUp)
            {
                _up.TrySetResult();
            }
            else if (_up.Task.IsCompleted)
            {
                _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Whether the app's port takes a connection.</summary>
    public async Task<bool> IsListeningAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(Address, Port!.Value, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Sends a delivery or a question; compressed answers are unpacked.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(_deliveries, request, cancellationToken);

    /// <summary>Sends a forwarded call; the answer passes as it is.</summary>
    public Task<HttpResponseMessage> InvokeAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(_invocations, request, cancellationToken);

    public void Dispose()
    {
        _deliveries.Dispose();
        _invocations.Dispose();
        _limit?.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_token is not null)
        {
            request.Headers.TryAddWithoutValidation("Dapr-Api-Token", _token);
        }

        if (_limit is null)
        {
            return await client.SendAsync(request, cancellationToken);
        }

        await _limit.WaitAsync(cancellationToken);
        try
        {
            return await client.SendAsync(request, cancellationToken);
        }
        finally
        {
            _limit.Release();
        }
    }

    private static HttpMessageInvoker Client(DecompressionMethods decompression) => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = decompression,
            UseCookies = false,
            UseProxy = false,
            MaxConnectionsPerServer = 1024,
            ConnectTimeout = TimeSpan.FromSeconds(10),

            // The trace of a call is the caller's; nothing is added to it.
            ActivityHeadersPropagator = null,
        },
        disposeHandler: true);
}
