using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using CallMetadata = Grpc.Core.Metadata;

namespace LocalSidecar.Apps;

/// <summary>The connection to an app that speaks gRPC: HTTP/2 without TLS, without limits of time.</summary>
internal sealed class GrpcAppChannel : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly CallInvoker _calls;
    private readonly Func<CancellationToken, Task<IDisposable?>> _limit;
    private readonly string? _token;

    /// <param name="address">Where the app listens.</param>
    /// <param name="token">Shown to the app; null for nothing.</param>
    /// <param name="limit">Ends when another call may begin; what it gives is disposed when the call is over.</param>
    /// <param name="lost">Told when a connection to the app ends, which it does when the app does.</param>
    public GrpcAppChannel(Uri address, string? token, Func<CancellationToken, Task<IDisposable?>> limit, Action lost)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            ActivityHeadersPropagator = null,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                    return new WatchedConnection(socket, lost);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };

        // A client rather than the handler: with a handler the channel looks after connections itself and, once an app
        // was away, waits longer and longer before it tries again. Here the next call does.
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpClient = client,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
        });
        _calls = _channel.CreateCallInvoker();
        _limit = limit;
        _token = token;
    }

    /// <summary>Calls the app and shows it the token. A failure is an answer, too.</summary>
    public Task<GrpcAnswer<TResponse>> CallAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method, TRequest request, CallMetadata metadata, CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class => CallAsync(method, request, metadata, cancellationToken, cancellationToken);

    /// <summary>Calls the app, where the wait for the call's turn ends otherwise than the call.</summary>
    /// <param name="method">What is called.</param>
    /// <param name="request">With what.</param>
    /// <param name="metadata">Beside it; the token is added.</param>
    /// <param name="waiting">Ends the wait for the call's turn; the app is not called then.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<GrpcAnswer<TResponse>> CallAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        TRequest request,
        CallMetadata metadata,
        CancellationToken waiting,
        CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        using IDisposable? turn = await _limit(waiting);

        // The turn may have come in the very moment in which the wait ended.
        waiting.ThrowIfCancellationRequested();
        ShowToken(metadata);
        return await SendAsync(method, request, metadata, cancellationToken);
    }

    /// <summary>Asks the app something about itself, which is no work: however much of that is under way.</summary>
    public Task<GrpcAnswer<TResponse>> AskAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method, TRequest request, bool showsToken, CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        CallMetadata metadata = [];
        if (showsToken)
        {
            ShowToken(metadata);
        }

        return SendAsync(method, request, metadata, cancellationToken);
    }

    public void Dispose() => _channel.Dispose();

    private void ShowToken(CallMetadata metadata)
    {
        if (_token is not null)
        {
            metadata.Add("dapr-api-token", _token);
        }
    }

    private async Task<GrpcAnswer<TResponse>> SendAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method, TRequest request, CallMetadata metadata, CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        var options = new CallOptions(metadata, cancellationToken: cancellationToken);
        using AsyncUnaryCall<TResponse> call = _calls.AsyncUnaryCall(method, null, options, request);
        try
        {
            TResponse response = await call.ResponseAsync;
            return new GrpcAnswer<TResponse>(Status.DefaultSuccess, response, await call.ResponseHeadersAsync, call.GetTrailers());
        }
        catch (RpcException problem)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CallMetadata headers = call.ResponseHeadersAsync.IsCompletedSuccessfully ? await call.ResponseHeadersAsync : [];
            return new GrpcAnswer<TResponse>(problem.Status, null, headers, problem.Trailers);
        }
    }

    /// <summary>The transport disposes of a connection as soon as the app's end is closed, also while nothing is under way.</summary>
    private sealed class WatchedConnection(Socket socket, Action lost) : NetworkStream(socket, ownsSocket: true)
    {
        private int _told;

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (Interlocked.Exchange(ref _told, 1) == 0)
            {
                lost();
            }
        }
    }
}

/// <summary>What became of a call to a gRPC app.</summary>
/// <param name="Status">The app's, or why there is none of it.</param>
/// <param name="Response">Null when it failed.</param>
/// <param name="Headers">The metadata in front of the response.</param>
/// <param name="Trailers">The metadata behind it.</param>
internal sealed record GrpcAnswer<T>(Status Status, T? Response, CallMetadata Headers, CallMetadata Trailers)
    where T : class
{
    /// <summary>The app could not be reached, or the connection broke.</summary>
    public bool IsUnanswered =>
        Response is null && Status.DebugException is HttpRequestException or IOException or SocketException or ObjectDisposedException;

    /// <summary>The app could not be reached at all.</summary>
    public bool IsUnsent =>
        Response is null && Status.DebugException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };
}
