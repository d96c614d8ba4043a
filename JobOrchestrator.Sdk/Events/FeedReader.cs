using System.Net;
using System.Net.Http.Headers;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Finds in the orchestrator's feed what the broker did not bring: at the start, every few minutes, after the process stood still,
/// when a job's events show a gap, and before what was handled is forgotten.
/// </summary>
internal sealed partial class FeedReader(JobEventInbox inbox, JobApi api, IOptions<JobEventsOptions> options, ILogger<FeedReader> logger)
{
    private const string Oldest = "oldest";
    private const int PageSize = 500;

    // A page can be empty because everything looked at was of other owners. So many in a row are more than a feed holds: it is growing as
    // fast as it is read, and the rest is for the next reading.
    private const int EmptyPagesMax = 20;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    // How often it is looked whether the process stood still; a look that comes later than twice this means that it did.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    // While the broker is away the feed is the only way, and is read so often.
    private static readonly TimeSpan AloneInterval = TimeSpan.FromSeconds(1);

    private readonly JobEventsOptions _options = options.Value;
    private readonly BrokerWatch _broker = new(Longest.Of(options.Value.GapDelay));
    private readonly TimeSpan _interval = Longest.Of(options.Value.CatchUpInterval);
    private readonly TimeSpan _gapDelay = Longest.Of(options.Value.GapDelay);
    private string? _cursor;

    /// <summary>When the feed was last read to its end; null when it never was.</summary>
    public DateTimeOffset? CaughtUpAt { get; private set; }

    /// <summary>Why the last reading did not come to its end; null when it did.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The feed brings what the broker should have brought.</summary>
    public bool IsBrokerSilent => _broker.IsSilent;

    /// <summary>Reads until told to stop; nothing else ends it.</summary>
    public Task RunAsync(CancellationToken stoppingToken) => KeepGoing.RunAsync(
        ReadAsync,
        exception =>
        {
            Trouble = exception.Message;
            CannotCatchUp(logger, exception.Message);
        },
        api.Time,
        stoppingToken);

    private async Task ReadAsync(CancellationToken stoppingToken)
    {
        await LoadAsync(stoppingToken);
        for (int failures = 0; ;)
        {
            failures = await TryCatchUpAsync(stoppingToken) ? 0 : failures + 1;
            if (failures == 0)
            {
                await RestAsync(stoppingToken);
            }
            else
            {
                await Task.Delay(RetryPolicy.Pause(failures, FirstPause, PauseMax, api.Options.Jitter()), api.Time, stoppingToken);
            }
        }
    }

    private async Task LoadAsync(CancellationToken stoppingToken)
    {
        for (int failures = 0; ;)
        {
            try
            {
                _cursor = await inbox.LoadAsync(stoppingToken);
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // A predecessor that has not quite gone yet, or storage that is not there yet. Until then no event is taken.
                Trouble = exception.Message;
                CannotRemember(logger, exception);
            }

            await Task.Delay(RetryPolicy.Pause(++failures, FirstPause, PauseMax, api.Options.Jitter()), api.Time, stoppingToken);
        }
    }

    private async Task<bool> TryCatchUpAsync(CancellationToken stoppingToken)
    {
        try
        {
            (int events, Exception? unhandled) = await CatchUpAsync(stoppingToken);
            Trouble = unhandled is null ? null : $"A handler failed: {unhandled.Message}";
            if (unhandled is not null)
            {
                HandlerFailed(logger, unhandled);
                return false;
            }

            bool wasSilent = _broker.IsSilent;
            _broker.End(inbox.Delivered);
            if (_broker.IsSilent != wasSilent)
            {
                TellOfBroker();
            }

            CaughtUpAt = api.Time.GetUtcNow();
            CaughtUp(logger, events);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            Trouble = Reasons.Of(exception);
            CannotCatchUp(logger, Trouble);
            return false;
        }
    }

    /// <summary>
    /// Reads to the feed's end. An event whose handler fails does not keep the others away, but the remembered cursor stays in front
    /// of it.
    /// </summary>
    private async Task<(int Events, Exception? Unhandled)> CatchUpAsync(CancellationToken cancellationToken)
    {
        string? cursor = _cursor ?? (_options.StartFrom == JobEventsStart.Oldest ? Oldest : null);
        int events = 0, emptyPages = 0;
        await inbox.BeginReadingAsync(cancellationToken);
        _broker.Begin(api.Time.GetUtcNow());
        Exception? unhandled = null;
        while (true)
        {
            FeedPage? page = await ReadPageAsync(cursor, cancellationToken);
            if (page is null)
            {
                Expired(logger);
                cursor = Oldest;
                continue;
            }

            foreach (FeedEvent envelope in page.Events)
            {
                if (envelope is null || JobEventReader.FromEnvelope(envelope, JobEventSource.Feed) is not { } jobEvent)
                {
                    continue;
                }

                try
                {
                    JobEventDelivery delivery = await inbox.HandleAsync(jobEvent, cancellationToken);
                    events++;
                    if (delivery != JobEventDelivery.Repeat && _options.Topics.ContainsKey(jobEvent.Kind))
                    {
                        _broker.Brought(jobEvent.OccurredAt);
                    }
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    unhandled = exception;
                }
            }

            emptyPages = page.Events.Count == 0 ? emptyPages + 1 : 0;
            bool isEnd = page.Events.Count == 0 && (page.Cursor == cursor || emptyPages >= EmptyPagesMax);
            cursor = page.Cursor;
            if (unhandled is null && cursor != _cursor)
            {
                await inbox.MoveCursorAsync(cursor, cancellationToken);
                _cursor = cursor;
            }

            if (isEnd)
            {
                return (events, unhandled);
            }
        }
    }

    /// <summary>One page; null when the cursor is older than what the orchestrator still has.</summary>
    private async Task<FeedPage?> ReadPageAsync(string? cursor, CancellationToken cancellationToken)
    {
        string path = $"events?owner={Uri.EscapeDataString(_options.Owner)}&limit={PageSize}"
            + (cursor is null ? "" : $"&after={Uri.EscapeDataString(cursor)}");
        using HttpResponseMessage response = await api.SendAsync(Make, TimeSpan.Zero, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Gone && cursor is not (null or Oldest))
        {
            return null;
        }

        return response.IsSuccessStatusCode
            ? await JobApi.ReadAsync(response, WireJson.Wire.FeedPage, cancellationToken)
            : throw await JobApi.RefusalAsync(response, cancellationToken);

        HttpRequestMessage Make()
        {
            HttpRequestMessage request = JobApi.Request(HttpMethod.Get, path);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            return request;
        }
    }

    /// <summary>Until the next reading is due, or something asks for it sooner.</summary>
    private async Task RestAsync(CancellationToken stoppingToken)
    {
        TimeSpan interval = _broker.IsSilent && AloneInterval < _interval ? AloneInterval : _interval;
        TimeSpan look = Look < interval ? Look : interval;
        long started = api.Time.GetTimestamp();
        while (api.Time.GetElapsedTime(started) < interval)
        {
            long looked = api.Time.GetTimestamp();
            if (await inbox.ReadingWantedAsync(look, stoppingToken))
            {
                // Most gaps close by themselves: brokers keep no order across topics.
                if (!inbox.IsHalfUsed)
                {
                    await Task.Delay(_gapDelay, api.Time, stoppingToken);
                }

                return;
            }

            if (api.Time.GetElapsedTime(looked) > 2 * Look)
            {
                _broker.Excuse();
                return;
            }
        }
    }

    private void TellOfBroker()
    {
        if (_broker.IsSilent)
        {
            BrokerSilent(logger);
        }
        else
        {
            BrokerBack(logger);
        }
    }

    [LoggerMessage(EventId = 65, Level = LogLevel.Warning, Message = "The feed brings what the broker should have brought. It is read "
        + "every second until the broker is back.")]
    private static partial void BrokerSilent(ILogger logger);

    [LoggerMessage(EventId = 66, Level = LogLevel.Information, Message = "The broker brings events again.")]
    private static partial void BrokerBack(ILogger logger);

    [LoggerMessage(EventId = 60, Level = LogLevel.Debug, Message = "The feed was read to its end: {Events} events.")]
    private static partial void CaughtUp(ILogger logger, int events);

    [LoggerMessage(EventId = 61, Level = LogLevel.Warning, Message = "The feed could not be read ({Reason}); tried again.")]
    private static partial void CannotCatchUp(ILogger logger, string reason);

    [LoggerMessage(EventId = 62, Level = LogLevel.Warning, Message = "The feed no longer has what came after the remembered cursor: "
        + "events may have been missed. Reading on from the oldest it has.")]
    private static partial void Expired(ILogger logger);

    [LoggerMessage(EventId = 63, Level = LogLevel.Error, Message = "A handler failed for an event of the feed; it is handed on again.")]
    private static partial void HandlerFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 64, Level = LogLevel.Error, Message = "What was handled cannot be read; no event is taken until it can.")]
    private static partial void CannotRemember(ILogger logger, Exception exception);
}
