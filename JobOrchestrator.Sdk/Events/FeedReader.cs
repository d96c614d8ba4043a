using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Finds in the orchestrator's feed what the broker did not bring: at the start, every few minutes, after the process stood still,
/// when a job's events show a gap, and before what was handled is forgotten.
/// </summary>
internal sealed partial class FeedReader(
    JobEventInbox inbox,
    HeldEvents held,
    SetAsideEvents setAside,
    JobApi api,
    IOptions<JobEventsOptions> options,
    ILogger<FeedReader> logger)
{
    private const string Oldest = "oldest";
    private const int PageSize = 500;

    // A page can be empty because everything looked at was of other owners. So many in a row are more than a feed holds: it is growing as
    // fast as it is read, and the rest is for the next reading.
    private const int EmptyPagesMax = 20;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    // Nobody takes events between a predecessor's end and the next look at its folder, and a look costs next to nothing.
    private static readonly TimeSpan InUsePauseMax = TimeSpan.FromSeconds(2);

    // How often it is looked whether the process stood still; a look that comes later than twice this means that it did.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly JobEventsOptions _options = options.Value;
    private readonly BrokerWatch _broker = new(Longest.Of(options.Value.GapDelay));
    private readonly TimeSpan _interval = Longest.Of(options.Value.CatchUpInterval);
    private readonly TimeSpan _gapDelay = Longest.Of(options.Value.GapDelay);
    private readonly FeedPlace _place = new();
    private string? _remembered;

    /// <summary>When the feed was last read to its end; null when it never was.</summary>
    public DateTimeOffset? CaughtUpAt { get; private set; }

    /// <summary>Why the last reading did not come to its end; null when it did.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Another process has the folder in which it stands what was handled; <see cref="Trouble"/> says which.</summary>
    public bool IsFolderInUse { get; private set; }

    /// <summary>The feed brings what the broker should have brought.</summary>
    public bool IsBrokerSilent => _broker.IsSilent && !_options.IsFeedAlone;

    /// <summary>Reads until told to stop; nothing else ends it.</summary>
    public Task RunAsync(CancellationToken stoppingToken) => KeepGoing.RunAsync(
        ReadAsync,
        exception =>
        {
            Trouble = Reasons.Of(exception);
            CannotCatchUp(logger, Trouble);
        },
        api.Time,
        stoppingToken);

    private async Task ReadAsync(CancellationToken stoppingToken)
    {
        await LoadAsync(stoppingToken);
        for (int failures = 0; ;)
        {
            (bool isRead, TimeSpan? asked) = await TryCatchUpAsync(stoppingToken);
            failures = isRead ? 0 : failures + 1;
            if (failures == 0)
            {
                await RestAsync(stoppingToken);
            }
            else
            {
                TimeSpan pause = RetryPolicy.Pause(failures, FirstPause, PauseMax, api.Options.Jitter());
                await Task.Delay(asked > pause ? asked.Value : pause, api.Time, stoppingToken);
            }
        }
    }

    private async Task LoadAsync(CancellationToken stoppingToken)
    {
        for (int failures = 0; ;)
        {
            try
            {
                _remembered = await inbox.LoadAsync(stoppingToken);
                _place.Begin(_remembered);
                (Trouble, IsFolderInUse) = (null, false);
                Quietly.Do(SayWhatIsHeard);
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // A predecessor that has not quite gone yet, or storage that is not there yet. Until then no event is taken.
                NotLoaded(exception);
            }

            TimeSpan pauseMax = IsFolderInUse ? InUsePauseMax : PauseMax;
            await Task.Delay(RetryPolicy.Pause(++failures, FirstPause, pauseMax, api.Options.Jitter()), api.Time, stoppingToken);
        }
    }

    /// <summary>Told anew when the reason is another; what needs someone to act, at each try.</summary>
    private void NotLoaded(Exception exception)
    {
        string reason = Reasons.Of(exception);
        bool isNew = reason != Trouble;
        bool isInUse = exception is FolderInUseException;
        (IsFolderInUse, Trouble) = (isInUse, reason);
        Quietly.Do(() =>
        {
            if (isInUse && isNew)
            {
                FolderInUse(logger, reason);
            }
            else if (!isInUse)
            {
                CannotRemember(logger, reason);
            }

            if (isNew)
            {
                CannotRememberAt(logger, exception);
            }
        });
    }

    /// <summary>True when the feed was read to its end; else what the orchestrator asks to wait, if anything.</summary>
    private async Task<(bool IsRead, TimeSpan? Asked)> TryCatchUpAsync(CancellationToken stoppingToken)
    {
        try
        {
            (int events, Exception? unhandled) = await CatchUpAsync(stoppingToken);
            Trouble = unhandled is null ? null : $"A handler failed: {Reasons.Of(unhandled)}";
            if (unhandled is not null)
            {
                Quietly.Do(() => HandlerFailed(logger, unhandled));
                return (false, null);
            }

            bool wasSilent = IsBrokerSilent;
            _broker.End(inbox.Delivered);
            if (IsBrokerSilent != wasSilent)
            {
                Quietly.Do(TellOfBroker);
            }

            CaughtUpAt = api.Time.GetUtcNow();
            Quietly.Do(() => CaughtUp(logger, events));
            return (true, null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            string reason = Reasons.Of(exception);
            Trouble = reason;
            Quietly.Do(() => CannotCatchUp(logger, reason));
            return (false, (exception as JobOrchestratorUnavailableException)?.RetryAfter);
        }
    }

    /// <summary>
    /// Reads to the feed's end. An event whose handler fails, or that cannot be read, does not keep the others away; the remembered cursor
    /// stays in front of what is not handled.
    /// </summary>
    private async Task<(int Events, Exception? Unhandled)> CatchUpAsync(CancellationToken cancellationToken)
    {
        string? cursor = _place.Read ?? (_options.StartFrom == JobEventsStart.Oldest ? Oldest : null);
        int events = 0, emptyPages = 0;
        await inbox.BeginReadingAsync(cancellationToken);
        _broker.Begin(api.Time.GetUtcNow());
        while (true)
        {
            FeedPage? page = await ReadPageAsync(cursor, cancellationToken);
            if (page is null)
            {
                Quietly.Do(() => Expired(logger));
                cursor = Oldest;
                continue;
            }

            if (page.Events.Count > 0 && page.Cursor == cursor)
            {
                throw new JobOrchestratorException($"The feed brings a page again: its cursor ({cursor}) does not move.");
            }

            List<string> open = [];
            Exception? unhandled = null;
            foreach (JsonElement envelope in page.Events)
            {
                try
                {
                    events += await TakeAsync(envelope, open, cancellationToken) ? 1 : 0;
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    unhandled = exception;
                }
            }

            if (unhandled is not null)
            {
                // It is held by nobody: the page is read again.
                return (events, unhandled);
            }

            emptyPages = page.Events.Count == 0 ? emptyPages + 1 : 0;
            bool isEnd = page.Events.Count == 0 && (page.Cursor == cursor || emptyPages >= EmptyPagesMax);
            _place.Passed(cursor, page.Cursor, open);
            cursor = page.Cursor;
            await RememberPlaceAsync(cancellationToken);
            if (isEnd)
            {
                return (events, null);
            }
        }
    }

    /// <summary>One event of a page; true when it is one of ours.</summary>
    private async Task<bool> TakeAsync(JsonElement envelope, List<string> open, CancellationToken cancellationToken)
    {
        JobEvent? jobEvent;
        try
        {
            jobEvent = JobEventReader.FromFeed(envelope);
        }
        catch (Exception exception)
        {
            await SetAsideAsync(envelope, Reasons.Of(exception), cancellationToken);
            return false;
        }

        if (jobEvent is null)
        {
            await SetAsideAsync(envelope, "It names no job and sequence.", cancellationToken);
            return false;
        }

        Reception reception = await inbox.HandleAsync(jobEvent, cancellationToken);
        if (reception is Reception.Failed or Reception.Waiting)
        {
            open.Add(jobEvent.Id);
        }

        bool isLate = reception is Reception.Handled or Reception.Failed && _options.Topics.ContainsKey(jobEvent.Kind);
        if (isLate && !jobEvent.MayBeLeftOut)
        {
            _broker.Brought(jobEvent.OccurredAt);
        }

        return true;
    }

    /// <summary>Whatever reading throws at an event, it would throw again: the others go on without it.</summary>
    private async Task SetAsideAsync(JsonElement envelope, string reason, CancellationToken cancellationToken)
    {
        (string? jobId, long sequence) = JobEventReader.NameOf(envelope);
        string name = jobId is null ? JobEventReader.ShortTextOf(envelope) : $"{jobId}-{sequence}";
        if (jobId is not null)
        {
            await inbox.PassOverAsync(jobId, sequence, cancellationToken);
        }

        if (setAside.Add(name, "unreadable", reason))
        {
            Quietly.Do(() => Unreadable(logger, name, reason));
        }
    }

    private async Task RememberPlaceAsync(CancellationToken cancellationToken)
    {
        if (_place.Remembered(held.Contains) is { } cursor and not Oldest && cursor != _remembered)
        {
            await inbox.MoveCursorAsync(cursor, cancellationToken);
            _remembered = cursor;
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
            ? await JobApi.ReadAsync(response, FeedPage.Of, cancellationToken)
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
        TimeSpan interval = IsBrokerSilent && JobEventsOptions.AloneInterval < _interval ? JobEventsOptions.AloneInterval : _interval;
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

    private void SayWhatIsHeard()
    {
        string from = _remembered is { } cursor ? $"after {cursor}"
            : _options.StartFrom == JobEventsStart.Oldest ? "from the oldest"
            : "from now on";
        if (_options.FeedOnly)
        {
            HearsByFeed(logger, _options.Owner, api.Address, _interval.TotalSeconds, from);
        }
        else
        {
            string topics = string.Join(", ", _options.Topics.Values.Distinct());
            Hears(logger, _options.Owner, topics, _options.PubSubName, _options.RoutePrefix, api.Address, _interval.TotalSeconds, from);
        }
    }

    private void TellOfBroker()
    {
        if (IsBrokerSilent)
        {
            BrokerSilent(logger);
        }
        else
        {
            BrokerBack(logger);
        }
    }

    [LoggerMessage(
        EventId = 67,
        Level = LogLevel.Information,
        Message = "Owner {Owner} hears from the topics {Topics} of {PubSub} (routes {Routes}/…), and from the feed at {Address} every "
            + "{Interval} s, {From}.")]
    private static partial void Hears(
        ILogger logger, string owner, string topics, string pubSub, string routes, Uri address, double interval, string from);

    [LoggerMessage(
        EventId = 68,
        Level = LogLevel.Information,
        Message = "Owner {Owner} hears from the feed at {Address} alone, every {Interval} s, {From}.")]
    private static partial void HearsByFeed(ILogger logger, string owner, Uri address, double interval, string from);

    [LoggerMessage(
        EventId = 69, Level = LogLevel.Error, Message = "An event of the feed cannot be read and is set aside: {EventId} ({Reason}).")]
    private static partial void Unreadable(ILogger logger, string eventId, string reason);

    [LoggerMessage(EventId = 65, Level = LogLevel.Warning, Message = "The feed brings what the broker should have brought. It is read "
        + "every second until the broker is back. Look at: app.MapSubscribeHandler() and app.MapJobEvents(); the sidecar's log and the "
        + "subscriptions in its /v1.0/metadata; the broker; or set Jobs:Events:FeedOnly where there is none.")]
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

    [LoggerMessage(
        EventId = 64,
        Level = LogLevel.Error,
        Message = "What was handled cannot be read; no event is taken until it can. {Reason}")]
    private static partial void CannotRemember(ILogger logger, string reason);

    [LoggerMessage(EventId = 58, Level = LogLevel.Warning, Message = "{Reason}")]
    private static partial void FolderInUse(ILogger logger, string reason);

    [LoggerMessage(EventId = 59, Level = LogLevel.Debug, Message = "What was handled cannot be read:")]
    private static partial void CannotRememberAt(ILogger logger, Exception exception);
}
