using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using TestSupport;

namespace JobOrchestrator.Tests.Sidecar;

/// <summary>
/// A network that breaks: passes bytes on to the sidecar and, while it is told to, cuts every connection after a while in the middle of
/// what it carries. Some cuts end all connections, and nobody listens for a moment, as when a sidecar is started again.
/// </summary>
internal sealed class BreakingProxy : IAsyncDisposable
{
    private const int PiecesMin = 10;
    private const int PiecesMax = 80;
    private const int CutsUntilAway = 3;
    private static readonly TimeSpan Away = TimeSpan.FromMilliseconds(150);

    private readonly Uri _target;
    private readonly Random _random; // guarded by itself: two directions of many connections draw
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, FreePort.Next());
    private readonly Task _accepting;
    private CancellationTokenSource _present = new();
    private int _cuts;

    public BreakingProxy(Uri target, int seed)
    {
        _target = target;
        _random = new Random(seed);
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Whether it cuts; at first it does not.</summary>
    public bool Breaks { get; set; }

    /// <summary>Connections cut so far.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _present.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                try
                {
                    connections.Add(CarryAsync(await _listener.AcceptSocketAsync(_end.Token)));
                }
                catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
                {
                    // A cut has stopped the listener.
                    await Task.Delay(Away, _end.Token);
                    _listener.Start();
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var sidecar = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        using (var cut = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, _present.Token))
        {
            client.NoDelay = sidecar.NoDelay = true;
            var pieces = new StrongBox<int>(Draw(PiecesMin, PiecesMax));
            try
            {
                await sidecar.ConnectAsync(_target.Host, _target.Port, cut.Token);
                Task[] ways = [PassAsync(client, sidecar, pieces, cut), PassAsync(sidecar, client, pieces, cut)];
                await Task.WhenAny(ways);
                await cut.CancelAsync();
                await Task.WhenAll(ways);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // One of the ends has gone, or this is a cut.
            }

            // No farewell: what is still on its way is lost.
            client.LingerState = sidecar.LingerState = new LingerOption(true, 0);
        }
    }

    private async Task PassAsync(Socket from, Socket to, StrongBox<int> pieces, CancellationTokenSource cut)
    {
        byte[] buffer = new byte[16_384];
        while (await from.ReceiveAsync(buffer, cut.Token) is > 0 and int length)
        {
            bool isLast = Interlocked.Decrement(ref pieces.Value) <= 0 && Breaks;
            await to.SendAsync(buffer.AsMemory(0, isLast ? Draw(0, length) : length), cut.Token);
            if (isLast)
            {
                if (Interlocked.Increment(ref _cuts) % CutsUntilAway == 0)
                {
                    await GoAwayAsync();
                }

                return;
            }
        }
    }

    /// <summary>Nobody listens, and no connection is left, whatever it was doing.</summary>
    private Task GoAwayAsync()
    {
        _listener.Stop();
        return Interlocked.Exchange(ref _present, new CancellationTokenSource()).CancelAsync();
    }

    private int Draw(int from, int to)
    {
        lock (_random)
        {
            return _random.Next(from, to);
        }
    }
}
