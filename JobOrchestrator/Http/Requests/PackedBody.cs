using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Http;

/// <summary>
/// Bodies that a caller, or a proxy in front of it, has compressed (<c>Content-Encoding</c>). They are unpacked while they are read, so
/// that whoever bounds what is read bounds what comes out, too. LocalSidecar and MicroserviceX have this file too.
/// </summary>
internal static class PackedBody
{
    /// <summary>What is taken, as <c>Accept-Encoding</c> of a refusal says it.</summary>
    public const string Taken = "gzip, br, deflate";

    /// <summary>Has the body of the request unpacked as it is read. Without one, or with a plain one, nothing happens.</summary>
    /// <param name="http">The exchange.</param>
    /// <param name="refused">What is said of a coding that is not taken; null: it is.</param>
    /// <returns>False: the coding is not taken, which the answer has to say with 415; <c>Accept-Encoding</c> is set already.</returns>
    public static bool TryUnpack(HttpContext http, out string? refused)
    {
        refused = null;
        HttpRequest request = http.Request;
        if (request.Headers.ContentEncoding.Count == 0)
        {
            return true;
        }

        string[] codings =
        [
            .. request.Headers.ContentEncoding
                .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Where(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)),
        ];
        if (codings.Length > 0 && http.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false })
        {
            // Several, one within the other, would be a way to have much unpacked of which nothing comes out.
            if (codings.Length > 1 || Open(codings[0], request.Body) is not { } plain)
            {
                http.Response.Headers.AcceptEncoding = Taken;
                refused = $"The body's Content-Encoding '{Named(codings)}' is not taken; one of these is: {Taken}, identity.";
                return false;
            }

            request.Body = new Unpacked(plain, http.Features.Get<IHttpMaxRequestBodySizeFeature>());
            request.ContentLength = null;
            http.Response.RegisterForDisposeAsync(request.Body);
        }

        request.Headers.ContentEncoding = StringValues.Empty;
        return true;
    }

    /// <summary>Whether what is read of the body has been packed.</summary>
    public static bool IsUnpacked(HttpContext http) => http.Request.Body is Unpacked;

    private static string Named(string[] codings)
    {
        string all = string.Join(", ", codings);
        return all.Length > 64 ? all[..64] + "…" : all;
    }

    private static Stream? Open(string coding, Stream packed) => coding.ToUpperInvariant() switch
    {
        "GZIP" or "X-GZIP" => new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true),
        "BR" => new BrotliStream(packed, CompressionMode.Decompress, leaveOpen: true),
        "DEFLATE" => new ZLibStream(packed, CompressionMode.Decompress, leaveOpen: true),
        _ => null,
    };

    /// <summary>
    /// What comes out, which may be no more than the server takes of a plain body. That it was not packed as was said is the caller's
    /// fault, and said so.
    /// </summary>
    private sealed class Unpacked(Stream plain, IHttpMaxRequestBodySizeFeature? server) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                int read = await plain.ReadAsync(buffer, cancellationToken);
                _read += read;
                return _read > server?.MaxRequestBodySize
                    ? throw new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge)
                    : read;
            }
            catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
            {
                // Brotli's reader says InvalidOperationException.
                throw new BadHttpRequestException("The body is not packed as its Content-Encoding says, or breaks off.", exception);
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
            // Nothing is written.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await plain.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
