using System.Net;
using System.Net.Sockets;

namespace EndToEnd;

/// <summary>Answers PING where the start script looks for Redis, which is one place on every machine.</summary>
internal sealed class StandInRedis : IDisposable
{
    private readonly TcpListener? _listener;

    private StandInRedis(TcpListener? listener) => _listener = listener;

    /// <summary>Whatever listens there already is taken for a Redis.</summary>
    public static StandInRedis StartUnlessThereIsOne()
    {
        var listener = new TcpListener(IPAddress.Loopback, 6379);
        try
        {
            listener.Start();
        }
        catch (SocketException)
        {
            return new StandInRedis(null);
        }

        _ = AnswerAsync(listener);
        return new StandInRedis(listener);
    }

    public void Dispose() => _listener?.Dispose();

    private static async Task AnswerAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("+PONG\r\n"u8.ToArray());
            }
        }
        catch (Exception problem) when (problem is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }
}
