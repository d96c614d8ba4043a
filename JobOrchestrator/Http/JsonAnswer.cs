using System.Buffers;
using System.Text.Json;
using JobOrchestrator.Shards;
using Microsoft.Extensions.ObjectPool;

namespace JobOrchestrator.Http;

/// <summary>
/// Writes JSON answers: into a pooled buffer first, so that the length is known and a fault half-way is still a clean 500.
/// </summary>
internal static class JsonAnswer
{
    // A thousand leased jobs can make a buffer of many megabytes; those are not kept.
    private const int KeptBytesMax = 1024 * 1024;

    // A smaller one is in the connection's own buffers nearly at once. Of a larger one no more than this is copied there at a time.
    private const int LargeBytes = 64 * 1024;

    private static readonly ObjectPool<Page> Pages = new DefaultObjectPool<Page>(new PagePolicy(), Environment.ProcessorCount * 8);

    /// <summary>Sends what <paramref name="write"/> writes. Status and other headers are the caller's.</summary>
    public static async Task SendAsync<T>(
        HttpContext http, T value, Action<Utf8JsonWriter, T> write, string contentType = "application/json")
    {
        Page page = Pages.Get();
        try
        {
            write(page.Writer, value);
            page.Writer.Flush();
            await SendAsync(http, page.Buffer.WrittenMemory, contentType);
        }
        finally
        {
            Pages.Return(page);
        }
    }

    /// <summary>Sends bytes that are JSON already.</summary>
    /// <exception cref="ProblemException">429: others read as much at the moment as there is room for.</exception>
    public static async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> json, string contentType = "application/json")
    {
        HttpResponse response = http.Response;
        bool isHead = HttpMethods.IsHead(http.Request.Method);
        if (json.Length > LargeBytes && !isHead)
        {
            http.RequestServices.GetRequiredService<IAnswerRoom>().TakeAnswer(http, json.Length);
        }

        response.ContentType = contentType;
        response.ContentLength = json.Length;
        if (isHead)
        {
            return;
        }

        // With the head written first, the body goes straight into the connection's buffer.
        await response.StartAsync(http.RequestAborted);
        for (; json.Length > 0; json = json[Math.Min(LargeBytes, json.Length)..])
        {
            response.BodyWriter.Write(json.Span[..Math.Min(LargeBytes, json.Length)]);
            await response.BodyWriter.FlushAsync(http.RequestAborted);
        }
    }

    /// <summary>Renders to bytes, for what is sent in pieces.</summary>
    public static byte[] ToUtf8<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        Page page = Pages.Get();
        try
        {
            write(page.Writer, value);
            page.Writer.Flush();
            return page.Buffer.WrittenSpan.ToArray();
        }
        finally
        {
            Pages.Return(page);
        }
    }

    private sealed class Page
    {
        public Page() => Writer = new Utf8JsonWriter(Buffer, Json.WriterOptions);

        public ArrayBufferWriter<byte> Buffer { get; } = new(1024);

        public Utf8JsonWriter Writer { get; }
    }

    private sealed class PagePolicy : PooledObjectPolicy<Page>
    {
        public override Page Create() => new();

        public override bool Return(Page page)
        {
            if (page.Buffer.Capacity > KeptBytesMax)
            {
                return false;
            }

            page.Buffer.ResetWrittenCount();
            page.Writer.Reset();
            return true;
        }
    }
}
