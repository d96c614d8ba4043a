using JobOrchestrator.Waiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Whether the broker's events can reach this owner at all: its routes are mapped, the sidecar is told of them, and knows them. Says so
/// where not; an owner that hears by the feed alone on purpose is left in peace.
/// </summary>
internal sealed partial class SubscriptionWatch(
    IServiceProvider services,
    JobEventInbox inbox,
    SidecarSubscriptions sidecar,
    IOptions<JobEventsOptions> options,
    TimeProvider time,
    ILogger<SubscriptionWatch> logger)
{
    private const string NotMapped =
        "app.MapJobEvents() was not called: no event comes over the broker, and those of the feed come late. Where that is meant, set "
        + "Jobs:Events:FeedOnly.";

    private const string NotTold =
        "app.MapSubscribeHandler() was not called: the sidecar learns of no subscription, so no event comes over the broker, and those of "
        + "the feed come late. Where that is meant, set Jobs:Events:FeedOnly.";

    // A sidecar asks its app for subscriptions once it is up; both may take their time, a minute in all.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);
    private const int SettlingLooksMax = 12;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly JobEventsOptions _options = options.Value;
    private int _missed;
    private int _looks;
    private bool _isSettled;

    /// <summary>Why nothing can come over the broker; null when nothing speaks against it.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Watches until told to stop; nothing else ends it.</summary>
    public Task RunAsync(CancellationToken stoppingToken) => KeepGoing.RunAsync(WatchAsync, static _ => { }, time, stoppingToken);

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        if (_options.IsFeedAlone || _options.Topics.Count == 0)
        {
            return;
        }

        await StartedAsync(stoppingToken);
        await inbox.Loaded.WithinAsync(Timeout.InfiniteTimeSpan, time, stoppingToken);
        IReadOnlyList<Endpoint> endpoints = services.GetService<EndpointDataSource>()?.Endpoints ?? [];
        if (!endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<JobEventsRoute>() is not null))
        {
            Tell(NotMapped);
            return;
        }

        bool isTold = endpoints.OfType<RouteEndpoint>().Any(IsSubscribeHandler);
        while (true)
        {
            if (sidecar.Address is null)
            {
                Tell(isTold ? null : NotTold);
                return;
            }

            await Task.Delay(_isSettled ? Interval : Settling, time, stoppingToken);
            await LookAsync(isTold, stoppingToken);
        }
    }

    private async Task LookAsync(bool isTold, CancellationToken stoppingToken)
    {
        SidecarListing? listing = await sidecar.AskAsync(stoppingToken);
        _isSettled |= ++_looks >= SettlingLooksMax;
        string[] unknown = listing is null
            ? []
            : [.. _options.Topics.Values.Distinct().Where(topic => !listing.Knows(_options.PubSubName, topic))];
        if (listing is not null && unknown.Length == 0)
        {
            // Declared to the sidecar, if the app does not tell.
            (_missed, _isSettled) = (0, true);
            Tell(null);
        }
        else if (!isTold)
        {
            Tell(NotTold);
        }
        else if (listing is not null && ++_missed > 1)
        {
            _isSettled = true;
            Tell($"The sidecar at {sidecar.Address} (app id {listing.AppId}) knows no subscription of this app to "
                + $"{string.Join(", ", unknown)} of {_options.PubSubName}: no such event comes over the broker, and those of the feed "
                + "come late. Is it this app's sidecar, does it know the app's port, what does its log say of GET /dapr/subscribe?");
        }
    }

    private void Tell(string? trouble)
    {
        string? before = Trouble;
        Trouble = trouble;
        if (trouble is not null && trouble != before)
        {
            Quietly.Do(() => Deaf(logger, _options.Owner, trouble));
        }
        else if (trouble is null && before is not null)
        {
            Quietly.Do(() => Hears(logger, _options.Owner));
        }
    }

    /// <summary>Routes are known once the application has started.</summary>
    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        if (services.GetService<IHostApplicationLifetime>() is { } lifetime)
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using CancellationTokenRegistration registration = lifetime.ApplicationStarted.UnsafeRegister(
                static promise => ((TaskCompletionSource)promise!).TrySetResult(), started);
            await started.Task.WithinAsync(Timeout.InfiniteTimeSpan, time, stoppingToken);
        }
    }

    private static bool IsSubscribeHandler(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.RawText?.Trim('/').Equals("dapr/subscribe", StringComparison.OrdinalIgnoreCase) == true;

    [LoggerMessage(EventId = 75, Level = LogLevel.Warning, Message = "Owner {Owner} is deaf to the broker. {Trouble}")]
    private static partial void Deaf(ILogger logger, string owner, string trouble);

    [LoggerMessage(EventId = 76, Level = LogLevel.Information, Message = "Owner {Owner}: the sidecar knows its subscriptions.")]
    private static partial void Hears(ILogger logger, string owner);
}

/// <summary>Marks the routes of <c>MapJobEvents</c>.</summary>
internal sealed record JobEventsRoute;
