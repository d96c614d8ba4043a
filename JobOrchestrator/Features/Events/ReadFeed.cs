using System.Text.Json;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;
using Microsoft.Net.Http.Headers;

namespace JobOrchestrator.Features.Events;

/// <summary>
/// <c>GET /events</c>: every event that is kept, from now on or behind a cursor. One page with <c>Accept: application/json</c> or
/// with a <c>limit</c> where no stream is asked for (<c>Prefer: wait=N</c> waits for a first event), otherwise a stream.
/// </summary>
internal static class ReadFeed
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        HttpRequest request = http.Request;
        string? queue = Query.Text(request, "queue");
        Caller caller = ApiKeys.CallerOf(http);
        string? owner = caller.RequireSight(Query.Text(request, "owner"), queue);

        // Where there are no keys nobody can tell who it is, and whoever asks for an owner's events is taken for it.
        bool isOwner = owner is not null && (caller.Rights is null || owner == caller.Owner);
        var filter = new FeedFilter(owner, queue) { By = new FeedCaller(caller.Name, isOwner) };
        int limit = Query.Limit(request, api.Options.PageSize, api.Options.PageSizeMax);
        // A reader that comes back knows better than the address it first came by.
        string? after = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : Query.Text(request, "after");
        if (WantsPage(request))
        {
            await SendPageAsync(http, api, filter, after, limit);
        }
        else
        {
            await StreamAsync(http, api, filter, after, limit);
        }
    }

    private static bool WantsPage(HttpRequest request)
    {
        IList<MediaTypeHeaderValue> accept = request.GetTypedHeaders().Accept;
        return !Takes("text/event-stream") && (Takes("application/json") || Query.Text(request, "limit") is not null);

        bool Takes(string name) => accept.Any(type => type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task SendPageAsync(HttpContext http, Api api, FeedFilter filter, string? after, int limit)
    {
        TimeSpan wait = TimeSpan.Zero;
        if (Preferences.Of(http.Request).Granted(api.WaitMax(http)) is { } granted)
        {
            JobAnswer.SetWaitApplied(http, granted);
            wait = granted;
        }

        FeedPage page;
        using IDisposable? place = wait > TimeSpan.Zero ? api.Limits.TakeWait(http) : null;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, api.Stopping);
        try
        {
            page = await ReadAsync(api, after, filter, limit, wait, either.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            page = await ReadAsync(api, after, filter, limit, TimeSpan.Zero, http.RequestAborted);
        }

        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, Within(page, api.Options.LeaseBytesMax), Write);
    }

    /// <summary>The page up to so many bytes, at least one event; the next one goes on behind it.</summary>
    internal static FeedPage Within(FeedPage page, int bytesMax)
    {
        long bytes = 0;
        int count = page.Events.TakeWhile((item, index) => (bytes += item.CloudEvent.Length) <= bytesMax || index == 0).Count();
        return count == page.Events.Count ? page : new FeedPage([.. page.Events.Take(count)], page.Events[count - 1].Cursor);
    }

    private static async Task StreamAsync(HttpContext http, Api api, FeedFilter filter, string? after, int limit)
    {
        using IDisposable place = api.Limits.TakeStream(http);

        // The first page before the head: a cursor that is ill-formed or expired is still a proper answer.
        FeedPage page = await ReadAsync(api, after, filter, limit, TimeSpan.Zero, http.RequestAborted);
        await using EventStream stream = await EventStream.StartAsync(http, api);
        var pause = TimeSpan.FromSeconds(api.Options.StreamHeartbeatSeconds);
        try
        {
            while (!stream.End.IsCancellationRequested)
            {
                foreach (FeedEvent item in page.Events)
                {
                    await stream.SendAsync(new ServerSentEvent(item.Cursor, item.Type, item.CloudEvent.Utf8.ToArray()));
                }

                if (page.Events.Count == 0)
                {
                    await stream.SendPlaceAsync(page.Cursor);
                }

                page = await api.Shards.ReadFeedAsync(page.Cursor, filter, limit, pause, stream.End);
            }
        }
        catch (OperationCanceledException) when (stream.End.IsCancellationRequested)
        {
            // The caller has left, or the service goes down.
        }
        catch (Exception exception) when (Problems.Of(exception) is not null)
        {
            // The reader was too slow, or the store is away: the stream ends, and coming back tells which.
        }
    }

    private static async Task<FeedPage> ReadAsync(
        Api api, string? after, FeedFilter filter, int limit, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            return await api.Shards.ReadFeedAsync(after, filter, limit, wait, cancellationToken);
        }
        catch (FormatException)
        {
            throw Query.Malformed("after", "a cursor from an earlier page or event, or oldest");
        }
    }

    private static void Write(Utf8JsonWriter writer, FeedPage page)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("events"u8);
        foreach (FeedEvent item in page.Events)
        {
            writer.WriteRawValue(item.CloudEvent.Utf8, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteString("cursor"u8, page.Cursor);
        writer.WriteEndObject();
    }
}
