using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using JobOrchestrator.Http;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Features.Events;

/// <summary>One event on its way to a browser or another reader of <c>text/event-stream</c>.</summary>
/// <param name="Id">What the reader sends as <c>Last-Event-ID</c> when it comes back.</param>
/// <param name="Type">The event's name.</param>
/// <param name="Data">JSON on one line.</param>
internal readonly record struct ServerSentEvent(string Id, string Type, ReadOnlyMemory<byte> Data);

/// <summary>
/// A stream of server-sent events (WHATWG HTML §9.2) with a comment as sign of life while nothing happens. It ends with the caller, the
/// source, the service, or the token or ticket that it was opened with, whichever is first.
/// </summary>
internal sealed class EventStream : IAsyncDisposable
{
    /// <summary>A timer takes no more than some fifty days. No stream lives so long.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private static readonly byte[] SignOfLife = ":\n\n"u8.ToArray();

    private readonly PipeWriter _body;
    private readonly TimeProvider _time;
    private readonly TimeSpan _heartbeat;
    private readonly CancellationTokenSource _end;
    private readonly ITimer? _untaken;

    private EventStream(HttpContext http, Api api)
    {
        _body = http.Response.BodyWriter;
        _time = api.Time;
        _heartbeat = TimeSpan.FromSeconds(api.Options.StreamHeartbeatSeconds);
        _end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, api.Stopping);
        if (api.TimeLeft(http) is { } left && left < Longest)
        {
            _untaken = _time.CreateTimer(static end => ((CancellationTokenSource)end!).Cancel(), _end, left, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Cancelled when the stream is over.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Sends the head of the answer, so that the caller knows at once that it is heard.</summary>
    public static async Task<EventStream> StartAsync(HttpContext http, Api api)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        // nginx would hold the events back otherwise.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        var stream = new EventStream(http, api);
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await stream.WriteAsync(SignOfLife);
        }
        else
        {
            stream._end.Cancel();
        }

        return stream;
    }

    /// <summary>Sends everything that a source brings until it ends.</summary>
    public async Task SendAllAsync<T>(Func<CancellationToken, IAsyncEnumerable<T>> source, Func<T, ServerSentEvent> toEvent)
    {
        if (End.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await using IAsyncEnumerator<T> events = source(End).GetAsyncEnumerator(End);
            Task<bool> next = events.MoveNextAsync().AsTask();
            try
            {
                while (await AliveUntilAsync(next))
                {
                    await SendAsync(toEvent(events.Current));
                    next = events.MoveNextAsync().AsTask();
                }
            }
            finally
            {
                // An enumerator may be left only when it stands still.
                _end.Cancel();
                await EndedAsync(next);
            }
        }
        catch (OperationCanceledException) when (End.IsCancellationRequested)
        {
            // The end that was asked for.
        }
    }

    /// <summary>Sends one event.</summary>
    public async Task SendAsync(ServerSentEvent item)
    {
        Write(_body, "id: "u8, item.Id);
        Write(_body, "event: "u8, item.Type);
        _body.Write("data: "u8);
        _body.Write(item.Data.Span);
        await WriteAsync("\n\n"u8.ToArray());
    }

    /// <summary>Tells the reader its place without an event: a sign of life that it also comes back with.</summary>
    public Task SendPlaceAsync(string id)
    {
        Write(_body, "id: "u8, id);
        return WriteAsync("\n"u8.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        if (_untaken is not null)
        {
            // It may be about to end what is disposed of next.
            await _untaken.DisposeAsync();
        }

        _end.Dispose();
    }

    private async Task<bool> AliveUntilAsync(Task<bool> next)
    {
        if (!next.IsCompleted)
        {
            var news = new Signal();
            _ = TellAsync(next, news);
            using ITimer heartbeat = _time.CreateTimer(static signal => ((Signal)signal!).Set(), news, _heartbeat, _heartbeat);
            await news.WaitAsync(End);
            while (!next.IsCompleted)
            {
                await WriteAsync(SignOfLife);
                await news.WaitAsync(End);
            }
        }

        return await next;
    }

    private static async Task TellAsync(Task next, Signal news)
    {
        await EndedAsync(next);
        news.Set();
    }

    /// <summary>Waits until there is an answer, whatever it is: who reads it meets a failure.</summary>
    private static async Task EndedAsync(Task next)
    {
        try
        {
            await next;
        }
        catch (Exception)
        {
            // Not here.
        }
    }

    private async Task WriteAsync(byte[] bytes)
    {
        FlushResult flushed = await _body.WriteAsync(bytes, End);
        if (flushed.IsCompleted)
        {
            _end.Cancel();
        }
    }

    private static void Write(PipeWriter body, ReadOnlySpan<byte> name, string value)
    {
        body.Write(name);
        Encoding.UTF8.GetBytes(value, body);
        body.Write("\n"u8);
    }
}
