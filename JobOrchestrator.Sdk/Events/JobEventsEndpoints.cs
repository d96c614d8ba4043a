using Dapr;
using JobOrchestrator.Sdk;
using JobOrchestrator.Waiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps where the sidecar delivers events.</summary>
public static partial class JobEventsEndpoints
{
    // How long a delivery waits for what was handled to be read; then the sidecar is asked to come again.
    private static readonly TimeSpan LoadWait = TimeSpan.FromSeconds(10);

    // Jobs of one message whose events are handled beside each other.
    private const int JobsBesideMax = 16;

    /// <summary>
    /// Maps <c>POST /JobEvents/JobCreated</c>, <c>/JobUpdated</c>, <c>/JobCompleted</c>, <c>/JobFailed</c> and <c>/JobCancelled</c>, each
    /// subscribed to its topic for this owner's jobs alone. The sidecar learns of them by <c>app.MapSubscribeHandler()</c>, which the
    /// application calls itself. With or without <c>app.UseCloudEvents()</c>. When <c>APP_API_TOKEN</c> is set, deliveries without it get
    /// 401. With <see cref="JobEventsOptions.FeedOnly"/> nothing is mapped.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>All the routes, for conventions of your own.</returns>
    public static IEndpointConventionBuilder MapJobEvents(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        JobEventsOptions options = endpoints.ServiceProvider.GetRequiredService<IOptions<JobEventsOptions>>().Value;
        RouteGroupBuilder group = endpoints.MapGroup(options.RoutePrefix)
            .AddEndpointFilter(new AppTokenFilter(endpoints.ServiceProvider))
            .WithMetadata(new JobEventsRoute())
            .ExcludeFromDescription();
        if (options.FeedOnly)
        {
            return group;
        }

        foreach (IGrouping<string, JobEventKind> topic in options.Topics.GroupBy(pair => pair.Value, pair => pair.Key))
        {
            group.MapPost($"/Job{topic.Min()}", DeliverAsync).WithTopic(new TopicOptions
            {
                PubsubName = options.PubSubName,
                Name = topic.Key,
                Match = options.Match,
                Priority = 1,
            });
        }

        return group;
    }

    internal static async Task<IResult> DeliverAsync(
        HttpRequest request,
        JobEventInbox inbox,
        SetAsideEvents setAside,
        IOptions<JobEventsOptions> options,
        TimeProvider time,
        ILogger<JobEvent> logger,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<JobEvent?> events;
        try
        {
            bool isEnvelope = request.ContentType?.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase) == true;
            events = await JobEventReader.FromDeliveryAsync(request.Body, isEnvelope, cancellationToken);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or IOException))
        {
            // Whatever reading throws at what it says, it would throw again.
            return Drop(logger, setAside, request.Path, Reasons.Of(exception));
        }

        if (events.All(one => one is null))
        {
            return Drop(logger, setAside, request.Path, "it names no job and sequence");
        }

        if (events.Contains(null))
        {
            Drop(logger, setAside, request.Path, "one of its events names no job and sequence");
        }

        // A sidecar whose rule let others' through; not ours to handle, nor to have sent again.
        List<JobEvent> ours = [.. events.OfType<JobEvent>().Where(jobEvent => jobEvent.Owner == options.Value.Owner)];
        if (ours.Count == 0)
        {
            return TypedResults.Ok();
        }

        try
        {
            await inbox.Loaded.WithinAsync(LoadWait, time, cancellationToken);
        }
        catch (TimeoutException) when (!inbox.Loaded.IsCompleted)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        bool[] handled = ours.Count == 1
            ? [await IsHandledAsync(ours[0])]
            : await AllHandledAsync(ours, IsHandledAsync);
        return Array.TrueForAll(handled, one => one)
            ? TypedResults.Ok()
            : TypedResults.StatusCode(StatusCodes.Status500InternalServerError);

        async Task<bool> IsHandledAsync(JobEvent jobEvent)
        {
            try
            {
                await inbox.HandleAsync(jobEvent, cancellationToken);
                return true;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                Quietly.Do(() => HandlerFailed(logger, exception, jobEvent.Id));
                return false;
            }
        }
    }

    /// <summary>Jobs beside each other, as single deliveries would be; the events of one in their order.</summary>
    private static async Task<bool[]> AllHandledAsync(IReadOnlyList<JobEvent> events, Func<JobEvent, Task<bool>> isHandledAsync)
    {
        var turns = new Slots(JobsBesideMax);
        return await Together.AllAsync(events.GroupBy(jobEvent => jobEvent.JobId).Select(async job =>
        {
            // A handler that computes before it first waits has the others begin all the same.
            await Task.Yield();
            await turns.TakeAsync(CancellationToken.None);
            try
            {
                bool areHandled = true;
                foreach (JobEvent jobEvent in job)
                {
                    areHandled &= await isHandledAsync(jobEvent);
                }

                return areHandled;
            }
            finally
            {
                turns.Release();
            }
        }));
    }

    /// <summary>Coming again cannot help; a dead-letter topic gets it, if there is one.</summary>
    private static ContentHttpResult Drop(ILogger logger, SetAsideEvents setAside, string path, string reason)
    {
        setAside.AddNameless($"a delivery to {path}", "unreadable", reason);
        Quietly.Do(() => Dropped(logger, path, reason));
        return TypedResults.Content("""{"status":"DROP"}""", "application/json");
    }

    [LoggerMessage(EventId = 70, Level = LogLevel.Warning, Message = "What came to {Path} is no job event ({Reason}); it is dropped.")]
    private static partial void Dropped(ILogger logger, string path, string reason);

    [LoggerMessage(
        EventId = 71, Level = LogLevel.Error, Message = "A handler failed for event {EventId}; the sidecar is asked to deliver it again.")]
    private static partial void HandlerFailed(ILogger logger, Exception exception, string eventId);
}
