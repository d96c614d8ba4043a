using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Sdk;

/// <summary>Which events to read, and from where.</summary>
public sealed record JobFeedFilter
{
    /// <summary>Only of this owner's jobs; null: all that the caller may see.</summary>
    public string? Owner { get; init; }

    /// <summary>Only of this queue's jobs; null: all.</summary>
    public string? Queue { get; init; }

    /// <summary>Behind this cursor; null: from now on; <see cref="JobFeed.Oldest"/>: all that are kept.</summary>
    public string? After { get; init; }

    /// <summary>Events per page, 100 by default.</summary>
    public int PageSize { get; init; } = 100;
}

/// <summary>Events in the order of the feed.</summary>
/// <param name="Events">The events; there may be none.</param>
/// <param name="Cursor">Behind the last of them: where to go on (<see cref="JobFeedFilter.After"/>).</param>
public sealed record JobFeedPage(IReadOnlyList<JobFeedEvent> Events, string Cursor);

/// <summary>One event of the feed.</summary>
/// <param name="CloudEvent">The whole event as it came.</param>
/// <param name="Event">What it says; null when it is about no job, or of a shape that is not known here.</param>
public sealed record JobFeedEvent(JsonElement CloudEvent, JobEvent? Event);

/// <summary>
/// The feed as it comes, for tools: nothing is remembered, and what is read twice is brought twice. An owner that must not miss anything
/// has <c>AddJobEvents</c>. <c>AddJobTools()</c> registers it; thread-safe.
/// </summary>
public sealed class JobFeed
{
    /// <summary>As a cursor: all events that are kept.</summary>
    public const string Oldest = "oldest";

    // What an orchestrator that answers a long poll at once, against the contract, costs at most: one request in this time.
    private static readonly TimeSpan PollPause = TimeSpan.FromSeconds(1);

    private readonly JobApi _api;

    internal JobFeed(JobApi api) => _api = api;

    /// <summary>Pages of the feed without end; at the feed's end the next event is waited for.</summary>
    /// <param name="filter">Which events, and from where; from now on when null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="JobOrchestratorException">What came after the cursor is no longer kept (410), or it is none (400).</exception>
    public async IAsyncEnumerable<JobFeedPage> ReadAsync(
        JobFeedFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        filter ??= new JobFeedFilter();
        string? after = filter.After;
        for (TimeSpan wait = TimeSpan.Zero; ; wait = _api.PollWait)
        {
            long started = _api.Time.GetTimestamp();
            JobFeedPage page = await ReadPageAsync(filter with { After = after }, wait, cancellationToken);
            bool isIdle = page.Events.Count == 0 && page.Cursor == after;
            after = page.Cursor;
            yield return page;
            if (isIdle && _api.Time.GetElapsedTime(started) < PollPause && wait > TimeSpan.Zero)
            {
                await Task.Delay(PollPause, _api.Time, cancellationToken);
            }
        }
    }

    /// <summary>One page.</summary>
    /// <param name="filter">Which events, and from where; from now on when null.</param>
    /// <param name="wait">How long to wait for a first event; zero does not wait.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">What came after the cursor is no longer kept (410), or it is none (400).</exception>
    public async Task<JobFeedPage> ReadPageAsync(
        JobFeedFilter? filter = null, TimeSpan wait = default, CancellationToken cancellationToken = default)
    {
        filter ??= new JobFeedFilter();
        string path = "events" + JobClient.QueryOf(
            ("owner", filter.Owner),
            ("queue", filter.Queue),
            ("limit", filter.PageSize.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("after", filter.After));
        using HttpResponseMessage response = await _api.SendAsync(Make, Longest.Of(wait, Longest.Poll), cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await JobApi.RefusalAsync(response, cancellationToken);
        }

        FeedPage page = await JobApi.ReadAsync(response, FeedPage.Of, cancellationToken);
        return new JobFeedPage([.. page.Events.Select(Read)], page.Cursor);

        HttpRequestMessage Make()
        {
            HttpRequestMessage request = JobApi.Request(HttpMethod.Get, path);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            if (wait > TimeSpan.Zero)
            {
                request.Headers.TryAddWithoutValidation("Prefer", JobClient.Prefer(wait));
            }

            return request;
        }
    }

    private static JobFeedEvent Read(JsonElement envelope)
    {
        try
        {
            return new JobFeedEvent(envelope, JobEventReader.FromFeed(envelope));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // It is shown as it came: one odd event keeps no other away.
            return new JobFeedEvent(envelope, null);
        }
    }
}
