using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace JobOrchestrator.Http;

/// <summary>A request's JSON in one piece, straight from the connection's buffer where it lies in one. Dispose gives it back.</summary>
internal readonly struct RequestBody : IDisposable
{
    private readonly PipeReader _reader;
    private readonly SequencePosition _end;
    private readonly byte[]? _rented;

    private RequestBody(PipeReader reader, ReadOnlySequence<byte> buffer)
    {
        _reader = reader;
        _end = buffer.End;
        if (buffer.IsSingleSegment)
        {
            Utf8 = buffer.First;
        }
        else
        {
            int length = (int)buffer.Length;
            _rented = ArrayPool<byte>.Shared.Rent(length);
            buffer.CopyTo(_rented);
            Utf8 = _rented.AsMemory(0, length);
        }

        if (Utf8.Span.StartsWith(ByteOrderMark))
        {
            Utf8 = Utf8[ByteOrderMark.Length..];
        }
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Valid UTF-8 without byte-order mark, not yet known to be JSON. Gone after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Reads the whole body.</summary>
    /// <param name="http">The request.</param>
    /// <param name="bytesMax">Most bytes that are taken.</param>
    /// <exception cref="ProblemException">
    /// It is not declared as JSON (415), too large (413) or not UTF-8 (400), it took too long (408), or there is no room for it now (429).
    /// </exception>
    public static ValueTask<RequestBody> ReadAsync(HttpContext http, int bytesMax)
    {
        RequireJson(http.Request);
        return ReadAnyTypeAsync(http, bytesMax);
    }

    /// <summary>Reads the whole body, whatever it is declared as.</summary>
    /// <param name="http">The request.</param>
    /// <param name="bytesMax">Most bytes that are taken.</param>
    /// <exception cref="ProblemException">
    /// It is too large (413) or not UTF-8 (400), it took too long (408), or there is no room for it now (429).
    /// </exception>
    public static async ValueTask<RequestBody> ReadAnyTypeAsync(HttpContext http, int bytesMax)
    {
        if (http.Request.ContentLength > bytesMax)
        {
            throw TooLarge(bytesMax);
        }

        // The server's own bound is for requests that nobody bounds.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server && server.MaxRequestBodySize < bytesMax)
        {
            server.MaxRequestBodySize = bytesMax;
        }

        PipeReader reader = http.Request.BodyReader;
        ReadOnlySequence<byte> whole = await ReadToEndAsync(http, reader, bytesMax);
        var body = new RequestBody(reader, whole);
        if (FirstInvalid(body.Utf8.Span) is { } place)
        {
            body.Dispose();
            throw new ProblemException(Problems.Malformed($"The body is not UTF-8 at byte {place}."));
        }

        return body;
    }

    private static async ValueTask<ReadOnlySequence<byte>> ReadToEndAsync(HttpContext http, PipeReader reader, int bytesMax)
    {
        RequestLimits limits = http.RequestServices.GetRequiredService<RequestLimits>();
        CancellationTokenSource? time = null, over = null;
        SequencePosition start = default;
        int taken = 0;
        try
        {
            while (true)
            {
                ReadResult read = await ReadAsync(reader, start, over?.Token ?? http.RequestAborted, http.RequestAborted);
                ReadOnlySequence<byte> buffer = read.Buffer;
                start = buffer.Start;
                if (buffer.Length > bytesMax)
                {
                    reader.AdvanceTo(buffer.End);
                    throw TooLarge(bytesMax);
                }

                try
                {
                    taken = limits.TakeBody(http, buffer.Length, taken);
                }
                catch (ProblemException)
                {
                    reader.AdvanceTo(buffer.End);
                    throw;
                }

                if (read.IsCompleted)
                {
                    return buffer;
                }

                // Nearly every body is there by now. The server's own bound is of the mean rate, under which much that came at once may be
                // followed by nothing for an hour.
                time ??= limits.BodyTime();
                over ??= CancellationTokenSource.CreateLinkedTokenSource(time.Token, http.RequestAborted);
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            over?.Dispose();
            time?.Dispose();
        }
    }

    /// <summary>One read. What ends in an exception is over for the reader too.</summary>
    private static async ValueTask<ReadResult> ReadAsync(
        PipeReader reader, SequencePosition start, CancellationToken over, CancellationToken aborted)
    {
        try
        {
            return await reader.ReadAsync(over);
        }
        catch (Exception exception)
        {
            EndRead(reader, start);
            if (exception is OperationCanceledException && !aborted.IsCancellationRequested && over.IsCancellationRequested)
            {
                throw new ProblemException(new Problem(ProblemType.RequestTimeout, "The body did not arrive in time."));
            }

            if (exception is OperationCanceledException or (IOException and not BadHttpRequestException))
            {
                // Whichever way it shows: the caller has left.
                throw new ConnectionAbortedException(exception.Message, exception);
            }

            throw;
        }
    }

    /// <summary>
    /// At a request's end the server reads what is left of its body, and after a read that threw it believes that one to be under way
    /// still: it would log so, with its stack, for every client that leaves.
    /// </summary>
    private static void EndRead(PipeReader reader, SequencePosition start)
    {
        try
        {
            reader.AdvanceTo(start);
        }
        catch (InvalidOperationException)
        {
            // The pipe below knows that nothing is under way. The server, above it, knows it now too.
        }
    }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }

        _reader.AdvanceTo(_end);
    }

    private static ProblemException TooLarge(int bytesMax) =>
        new(new Problem(ProblemType.TooLarge, $"The body may have {bytesMax} bytes."));

    /// <summary>Takes <c>application/json</c> or any <c>+json</c>, in UTF-8.</summary>
    /// <exception cref="ProblemException">415: it is declared as something else, or not at all.</exception>
    public static void RequireJson(HttpRequest request)
    {
        // The usual ones without parsing.
        string? type = request.ContentType;
        if (type is "application/json" or "application/json; charset=utf-8")
        {
            return;
        }

        if (!MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? parsed)
            || !(parsed.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || parsed.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            || (parsed.Charset.HasValue && !IsUtf8(parsed.Charset.Value!.Trim('"'))))
        {
            throw new ProblemException(Problems.NotJson);
        }
    }

    /// <summary>UTF-8 by whichever of its names clients write, or a part of it; what the bytes are is looked at all the same.</summary>
    private static bool IsUtf8(string charset) => charset.ToUpperInvariant() is "UTF-8" or "UTF8" or "US-ASCII" or "ASCII";

    /// <summary>Where these bytes are no UTF-8; null: nowhere.</summary>
    public static int? FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return null;
        }

        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int length) == OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
