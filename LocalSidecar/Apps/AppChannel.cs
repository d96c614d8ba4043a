using System.Net;
using System.Net.Sockets;
using LocalSidecar.CommandLine;

namespace LocalSidecar.Apps;

/// <summary>The sidecar's way to its app: one client for everything, over HTTP or gRPC, without a timeout of its own.</summary>
internal sealed class AppChannel : IDisposable
{
    public const string NoTrace = "00-00000000000000000000000000000000-0000000000000000-00";

    private readonly HttpMessageInvoker _deliveries = Client(DecompressionMethods.GZip);
    private readonly HttpMessageInvoker _invocations = Client(DecompressionMethods.None);
    private readonly SemaphoreSlim? _limit;
    private readonly string? _token;
    private readonly Lock _gate = new();
    private TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _unwell;

    public AppChannel(AppSettings settings, string? token)
    {
        Port = settings.AppPort;
        Address = settings.AppChannelAddress;
        BaseUri = Port is null ? null : new UriBuilder(Uri.UriSchemeHttp, Address, Port.Value).Uri;
        _token = token;
        _limit = settings.AppMaxConcurrency is { } limit ? new SemaphoreSlim(limit) : null;
        if (BaseUri is not null && settings.AppProtocol == AppProtocol.Grpc)
        {
            Grpc = new GrpcAppChannel(BaseUri, token, EnterAsync, Lost);
        }
    }

    public int? Port { get; }

    public string Address { get; }

    /// <summary>Null for an app that only calls.</summary>
    public Uri? BaseUri { get; }

    /// <summary>How the app is called; null for one that is called over HTTP, or not at all.</summary>
    public GrpcAppChannel? Grpc { get; }

    /// <summary>Whether the app says of itself that it is well, or is not asked.</summary>
    public bool IsWell
    {
        get
        {
            lock (_gate)
            {
                return _unwell is null;
            }
        }
    }

    /// <summary>Ends when the app is well; already ended while it is.</summary>
    public Task WhenWell
    {
        get
        {
            lock (_gate)
            {
                return _unwell?.Task ?? Task.CompletedTask;
            }
        }
    }

    /// <summary>Ends when a connection to the app is lost from now on. Never over HTTP, whose connections come and go.</summary>
    public Task WhenLost()
    {
        lock (_gate)
        {
            return _lost.Task;
        }
    }

    /// <summary>Notes whether the app is well.</summary>
    public void SetWell(bool isWell)
    {
        lock (_gate)
        {
            if (!isWell)
            {
                _unwell ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            else
            {
                _unwell?.TrySetResult();
                _unwell = null;
            }
        }
    }

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
        Grpc?.Dispose();
        _limit?.Dispose();
    }

    private void Lost()
    {
        lock (_gate)
        {
            _lost.TrySetResult();
            _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Takes one of the calls that may be under way at one time. Null: there is no limit.</summary>
    private async Task<IDisposable?> EnterAsync(CancellationToken cancellationToken)
    {
        if (_limit is null)
        {
            return null;
        }

        await _limit.WaitAsync(cancellationToken);
        return new Turn(_limit);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMessageInvoker client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_token is not null)
        {
            request.Headers.TryAddWithoutValidation("Dapr-Api-Token", _token);
        }

        using IDisposable? turn = await EnterAsync(cancellationToken);
        return await client.SendAsync(request, cancellationToken);
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

    private sealed class Turn(SemaphoreSlim limit) : IDisposable
    {
        public void Dispose() => limit.Release();
    }
}
