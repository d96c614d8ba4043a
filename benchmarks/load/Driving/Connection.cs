using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Load;

/// <summary>
/// One keep-alive HTTP/1.1 connection with one request at a time. Written for this: what the driver itself costs is part of every figure
/// on a machine that it shares with what it drives, and a general client costs several times as much.
/// </summary>
internal sealed class Connection : IDisposable
{
    private const int FirstBytes = 4_096;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[FirstBytes];
    private int _length;

    private Connection()
    {
    }

    public static async Task<Connection> OpenAsync(int port)
    {
        var connection = new Connection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, port);
        return connection;
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="IOException">The connection ended, or what came is no answer that is understood.</exception>
    public async ValueTask<Answer> SendAsync(ReadOnlyMemory<byte> request)
    {
        for (int sent = 0; sent < request.Length;)
        {
            sent += await _socket.SendAsync(request[sent..]);
        }

        _length = 0;
        int body;
        while ((body = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await ReceiveAsync();
        }

        body += 4;
        int status = StatusOf(_buffer);
        if (LengthOf(_buffer.AsSpan(0, body)) is { } length)
        {
            while (_length < body + length)
            {
                await ReceiveAsync();
            }

            return new Answer(status, _buffer.AsMemory(body, length));
        }

        return new Answer(status, await ChunksAsync(body));
    }

    /// <summary>The same, for whoever can go on only if it succeeded.</summary>
    /// <exception cref="IOException">It did not.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> DemandAsync(ReadOnlyMemory<byte> request)
    {
        Answer answer = await SendAsync(request);
        return answer.IsSuccess
            ? answer.Body
            : throw new IOException($"The answer is {answer.Status}: {System.Text.Encoding.UTF8.GetString(answer.Body.Span)}");
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Joins the chunks where they are: each is moved over the line that names its length.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> ChunksAsync(int start)
    {
        int end = start;
        int next = start;
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(next, _length - next).IndexOf("\r\n"u8)) < 0)
            {
                await ReceiveAsync();
            }

            if (!Utf8Parser.TryParse(_buffer.AsSpan(next, line), out int size, out _, 'x'))
            {
                throw new IOException("A chunk without its length.");
            }

            int data = next + line + 2;
            while (_length < data + size + 2)
            {
                await ReceiveAsync();
            }

            _buffer.AsSpan(data, size).CopyTo(_buffer.AsSpan(end));
            end += size;
            next = data + size + 2;
            if (size == 0)
            {
                return _buffer.AsMemory(start, end - start);
            }
        }
    }

    private async ValueTask ReceiveAsync()
    {
        if (_length == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        int received = await _socket.ReceiveAsync(_buffer.AsMemory(_length));
        _length += received > 0 ? received : throw new IOException("The connection was closed within an answer.");
    }

    private static int StatusOf(ReadOnlySpan<byte> head) =>
        head.StartsWith("HTTP/1.1 "u8) && Utf8Parser.TryParse(head[9..], out int status, out _)
            ? status
            : throw new IOException("That is no answer of HTTP/1.1.");

    /// <summary>The body's length; null: it comes in chunks.</summary>
    private static int? LengthOf(ReadOnlySpan<byte> head)
    {
        while (head.IndexOf("\r\n"u8) is var end and >= 0)
        {
            if (head.Length > 15 && (head[0] | 0x20) == 'c' && System.Text.Ascii.EqualsIgnoreCase(head[..15], "content-length:"u8))
            {
                return Utf8Parser.TryParse(head[15..].TrimStart((byte)' '), out int length, out _) ? length : null;
            }

            if (head.Length > 18 && (head[0] | 0x20) == 't' && System.Text.Ascii.EqualsIgnoreCase(head[..18], "transfer-encoding:"u8))
            {
                return null;
            }

            head = head[(end + 2)..];
        }

        return 0;
    }
}
