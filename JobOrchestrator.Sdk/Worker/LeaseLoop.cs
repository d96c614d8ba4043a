using System.Net;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Asks for work for one lane, whenever a slot is free, with long polls; an idle worker makes one request in
/// <see cref="JobWorkerOptions.PollWait"/>.
/// </summary>
internal sealed partial class LeaseLoop(
    WorkerLane lane,
    IReadOnlyList<string> types,
    JobApi api,
    JobWorkerOptions options,
    WorkerState state,
    ILogger logger,
    HeldLeases held,
    int slots,
    Func<LeasedJob, Slots, Task> work)
{
    // What the orchestrator hands out in one answer at most.
    private const int LeaseMax = 1_000;

    // What the orchestrator takes of types, and of further queues, in one request. A worker of more types asks for all there are, and
    // gives back what it cannot work.
    public const int NamesMax = 100;

    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(15);

    // What an orchestrator that answers a long poll at once with nothing, against the contract, costs at most: one request in this time.
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    // The first request after failures waits so long at most, so that an orchestrator that is back is not found out with the end of a
    // long poll.
    private static readonly TimeSpan FirstWaitMax = TimeSpan.FromSeconds(1);

    // So many long polls in a row that fail though shorter ones do not are a gateway that ends them.
    private const int CutsMax = 3;

    // Whoever says int.MaxValue means no bound. Places are kept one by one, and so many attempts run at once in no process.
    private const int PlacesMax = 100_000;

    // No answer, or one that asks to come again, is no matter when it heals within this: a worker that starts beside its orchestrator is
    // often the quicker one.
    private static readonly TimeSpan QuietMax = TimeSpan.FromSeconds(3);

    private readonly Slots _slots = new(SlotsOf(lane, options) + Bounded(lane.Prefetch));
    private readonly Slots _running = new(SlotsOf(lane, options));
    private readonly string _place = WorkerState.Queue(lane.Queues[0]);
    private readonly TimeSpan _wait = Longest.Of(options.PollWait, Longest.Poll);
    private int _failures;
    private long _failedFirst;
    private bool _isSaid;
    private int _cuts; // long polls in a row that failed though the orchestrator answered just before

    /// <summary>Runs until told to stop taking work; what runs then is the worker's affair.</summary>
    public Task RunAsync(CancellationToken stopping) =>
        KeepGoing.RunAsync(
            TurnsAsync,
            exception =>
            {
                state.Failed(_place, Reasons.Of(exception));
                Failed(logger, exception, lane.Queues[0]);
            },
            api.Time,
            stopping);

    /// <summary>How many attempts of a lane run at once at most.</summary>
    public static int SlotsOf(WorkerLane lane, JobWorkerOptions options) => Bounded(lane.Concurrency ?? options.Concurrency);

    private static int Bounded(int places) => Math.Min(places, PlacesMax);

    private async Task TurnsAsync(CancellationToken stopping)
    {
        while (true)
        {
            await TurnAsync(stopping);
        }
    }

    private async Task TurnAsync(CancellationToken stopping)
    {
        await _slots.TakeAsync(stopping);
        int taken = 1;
        try
        {
            while (taken < LeaseMax && _slots.TryTake())
            {
                taken++;
            }

            foreach (LeasedJob job in (await LeaseAsync(taken, stopping)).Take(taken))
            {
                taken--;
                _ = WorkAsync(job);
            }
        }
        finally
        {
            for (; taken > 0; taken--)
            {
                _slots.Release();
            }
        }
    }

    private async Task WorkAsync(LeasedJob job)
    {
        try
        {
            await work(job, _running);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Jobs, or none after the wait or after a failure's pause.</summary>
    private async Task<List<LeasedJob>> LeaseAsync(int max, CancellationToken stopping)
    {
        TimeSpan? retryAfter = null;
        string reason;
        bool isPassing;
        bool isFirst = _failures > 0 && FirstWaitMax < _wait;
        TimeSpan wait = isFirst ? FirstWaitMax : _wait;
        long askedAt = api.Time.GetTimestamp();
        try
        {
            HttpRequestMessage request = Request(max, wait);
            using HttpResponseMessage response = await api.TryOnceAsync(request, wait, stopping);
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent)
            {
                List<LeasedJob?> answered = response.StatusCode == HttpStatusCode.OK
                    ? await JobApi.ReadAsync(response, OneByOne.Leases, stopping)
                    : [];
                List<LeasedJob> jobs = Usable(answered);
                if (jobs.Count > 0 || answered.Count == 0)
                {
                    Succeeded(isFirst);
                    if (jobs.Count < answered.Count)
                    {
                        Quietly.Do(() => NotUsable(logger, lane.Queues[0], answered.Count - jobs.Count));
                    }

                    await PauseAfterNothingAsync(jobs.Count, askedAt, stopping);
                    return jobs;
                }

                isPassing = false;
                reason = $"of {answered.Count} jobs in the answer none can be read, or none is another than those held already";
            }
            else
            {
                isPassing = response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
                retryAfter = RetryPolicy.RetryAfter(response.Headers.RetryAfter, api.Time.GetUtcNow());
                reason = (await JobApi.ReadProblemAsync(response, stopping))?.Sentence ?? $"status {(int)response.StatusCode}";
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            // Whatever it is: a worker that no longer asks for work would be of no use, and nobody would notice.
            reason = Reasons.Of(exception);
            isPassing = exception is HttpRequestException;
        }

        if (_failures == 0 && api.Time.GetElapsedTime(askedAt) > FirstWaitMax && ++_cuts == CutsMax)
        {
            Quietly.Do(() => PollsAreCut(logger, lane.Queues[0], wait.TotalSeconds, reason));
        }

        await PauseAsync(reason, isPassing ? QuietMax : TimeSpan.Zero, retryAfter, stopping);
        return [];
    }

    /// <summary>Those that can be worked. What has been handed out before, a proxy has brought again: it is worked once.</summary>
    private List<LeasedJob> Usable(List<LeasedJob?> answered)
    {
        if (answered.Count == 0)
        {
            return [];
        }

        HashSet<(string Job, string Token)> known = held.Names();
        return [.. answered.OfType<LeasedJob>().Where(job => known.Add((job.Id, job.LeaseToken)))];
    }

    private async Task PauseAfterNothingAsync(int jobs, long askedAt, CancellationToken stopping)
    {
        TimeSpan waited = api.Time.GetElapsedTime(askedAt);
        if (jobs == 0 && waited < Between && waited < _wait)
        {
            await Task.Delay(WholeMilliseconds.Of(Between - waited), api.Time, stopping);
        }
    }

    private async Task PauseAsync(string reason, TimeSpan quiet, TimeSpan? retryAfter, CancellationToken stopping)
    {
        state.Failed(_place, reason, quiet);
        _failedFirst = _failures++ == 0 ? api.Time.GetTimestamp() : _failedFirst;
        TimeSpan pause = RetryPolicy.Pause(_failures, api.Options.RetryPause, PauseMax, api.Options.Jitter());
        pause = retryAfter > pause ? retryAfter.Value : pause;
        if (!_isSaid && api.Time.GetElapsedTime(_failedFirst) + pause >= quiet)
        {
            _isSaid = true;
            NoWork(logger, lane.Queues[0], reason);
        }

        await Task.Delay(pause, api.Time, stopping);
    }

    private HttpRequestMessage Request(int max, TimeSpan wait)
    {
        var body = new LeaseRequest(
            options.Name,
            max,
            (int)Math.Ceiling(wait.TotalSeconds),
            types.Count is > 0 and <= NamesMax ? types : null,
            lane.Queues.Count > 1 ? [.. lane.Queues.Skip(1)] : null,
            WorkerVersion.Of(options.Version),
            slots);
        return JobApi.Request(
            HttpMethod.Post, $"queues/{api.Segment(lane.Queues[0])}/lease", body, WireJson.Wire.LeaseRequest);
    }

    private void Succeeded(bool isFirst)
    {
        // Where longer requests fail again and again, that a short one does not is no news.
        bool wasSaid = _isSaid && !(isFirst && _cuts >= CutsMax);
        _isSaid &= !wasSaid;
        _failures = 0;
        _cuts = isFirst ? _cuts : 0;
        state.Succeeded(_place);
        if (wasSaid)
        {
            WorkAgain(logger, lane.Queues[0]);
        }
    }

    [LoggerMessage(
        EventId = 10, Level = LogLevel.Warning, Message = "Queue {Queue}: no work to be had ({Reason}); tried again until there is.")]
    private static partial void NoWork(ILogger logger, string queue, string reason);

    [LoggerMessage(
        EventId = 13,
        Level = LogLevel.Warning,
        Message = "Queue {Queue}: {Count} jobs of an answer cannot be read, or are held already; they are left to their leases.")]
    private static partial void NotUsable(ILogger logger, string queue, int count);

    [LoggerMessage(
        EventId = 14,
        Level = LogLevel.Warning,
        Message = "Queue {Queue}: requests that wait {Seconds} s for work fail again and again ({Reason}), and short ones do not: "
            + "something on the way ends them. A shorter Jobs:Worker:PollWait helps.")]
    private static partial void PollsAreCut(ILogger logger, string queue, double seconds, string reason);

    [LoggerMessage(EventId = 12, Level = LogLevel.Error, Message = "Queue {Queue}: asking for work has failed; it goes on.")]
    private static partial void Failed(ILogger logger, Exception exception, string queue);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "Queue {Queue}: the orchestrator answers again.")]
    private static partial void WorkAgain(ILogger logger, string queue);
}
