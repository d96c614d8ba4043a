using System.Buffers;
using System.IO.Pipelines;
using JobOrchestrator.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace LocalSidecar.Api.Http;

/// <summary>A request's whole body. When it came in one piece it is read where it lies, in the connection's own buffer.</summary>
internal readonly struct RequestBody : IDisposable
{
    // A client that sends too much is read to its end, within reason, so that it gets to see the answer.
    private const long DrainMax = 256 << 20;

    // What has come of a body lies in memory until the rest of it has: one that comes more slowly is given up, with 408. The rate is the
    // mean one, so that much at once could be followed by nothing for long: hence a bound of its own.
    private static readonly MinDataRate Slowest = new(bytesPerSecond: 4_096, gracePeriod: TimeSpan.FromSeconds(5));
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly PipeReader? _reader;
    private readonly ReadOnlySequence<byte> _sequence;
    private readonly byte[]? _copy;
    private readonly int _length;

    private RequestBody(PipeReader? reader, ReadOnlySequence<byte> sequence)
    {
        _reader = reader;
        _sequence = sequence;
        if (!sequence.IsSingleSegment)
        {
            _length = (int)sequence.Length;
            _copy = ArrayPool<byte>.Shared.Rent(_length);
            sequence.CopyTo(_copy);
        }
    }

    public ReadOnlySpan<byte> Span => _copy is null ? _sequence.FirstSpan : _copy.AsSpan(0, _length);

    public ReadOnlyMemory<byte> Memory => _copy is null ? _sequence.First : _copy.AsMemory(0, _length);

    /// <summary>
    /// Reads the body, unpacked where it came compressed. Null: it is larger than <paramref name="max"/> bytes, and the connection will be
    /// closed.
    /// </summary>
    /// <exception cref="Microsoft.AspNetCore.Http.BadHttpRequestException">It did not arrive in time (408), or cannot be read.</exception>
    /// <exception cref="ApiException">It is compressed in a way that is not taken (415).</exception>
    public static ValueTask<RequestBody?> ReadAsync(HttpContext context, long max) => PackedBody.TryUnpack(context, out string? refused)
        ? ReadAsItIsAsync(context, max)
        : throw new ApiException(ApiError.Plain(415, "ERR_CONTENT_ENCODING", refused!));

    /// <summary>Reads the body as it came. Null: it is larger than <paramref name="max"/> bytes; the connection will be closed.</summary>
    /// <exception cref="Microsoft.AspNetCore.Http.BadHttpRequestException">It did not arrive in time (408), or cannot be read.</exception>
    public static ValueTask<RequestBody?> ReadAsItIsAsync(HttpContext context, long max) => ReadAsync(context, max, Longest);

    /// <inheritdoc cref="ReadAsItIsAsync(HttpContext, long)"/>
    /// <param name="context">The exchange.</param>
    /// <param name="max">Most bytes that are taken.</param>
    /// <param name="within">How long it may take from its first bytes on.</param>
    internal static async ValueTask<RequestBody?> ReadAsync(HttpContext context, long max, TimeSpan within)
    {
        HttpRequest request = context.Request;
        if (request.ContentLength == 0)
        {
            return default(RequestBody);
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = Slowest;
        }

        PipeReader reader = request.BodyReader;
        if (request.ContentLength > max)
        {
            await DrainAsync(context, reader);
            return null;
        }

        CancellationTokenSource? over = null;
        try
        {
            while (true)
            {
                ReadResult result = await reader.ReadAsync(over?.Token ?? context.RequestAborted);
                if (result.Buffer.Length > max)
                {
                    reader.AdvanceTo(result.Buffer.End);
                    await DrainAsync(context, reader);
                    return null;
                }

                if (result.IsCompleted)
                {
                    return new RequestBody(reader, result.Buffer);
                }

                // Most bodies are there by now.
                over ??= OverAfter(within, context.RequestAborted);
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        catch (OperationCanceledException)
            when (over?.IsCancellationRequested == true && !context.RequestAborted.IsCancellationRequested)
        {
            throw new Microsoft.AspNetCore.Http.BadHttpRequestException(
                "the body did not arrive in time", StatusCodes.Status408RequestTimeout);
        }
        finally
        {
            over?.Dispose();
        }
    }

    private static CancellationTokenSource OverAfter(TimeSpan within, CancellationToken aborted)
    {
        var over = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        over.CancelAfter(within);
        return over;
    }

    public void Dispose()
    {
        _reader?.AdvanceTo(_sequence.End);
        if (_copy is not null)
        {
            ArrayPool<byte>.Shared.Return(_copy);
        }
    }

    private static async Task DrainAsync(HttpContext context, PipeReader reader)
    {
        context.Response.Headers.Connection = "close";
        if (PackedBody.IsUnpacked(context))
        {
            // What is left would be unpacked for nothing; the server reads on by itself what comes.
            return;
        }

        for (long drained = 0L; drained < DrainMax;)
        {
            ReadResult result = await reader.ReadAsync(context.RequestAborted);
            drained += result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }
}
