using System.Net;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Hears of cancels, and of leases that are lost, within a second or two however long the leases are: one request is open at the
/// orchestrator that names the leases held, and it is answered when there is news of one of them. It keeps no lease; whatever becomes of
/// it, heartbeats bring the same news in their time.
/// </summary>
internal sealed partial class CancelWatch(JobApi api, HeldLeases held, JobWorkerOptions options, WorkerState state, ILogger logger)
{
    // A new lease is named within this time, and no two requests are nearer to each other. It is also how long a request stays open at
    // first: where leases come and go all the time, each ends by itself before the next is due, and no connection is broken for it.
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    // An orchestrator that does not know the request may be replaced by one that does.
    private static readonly TimeSpan OlderPause = TimeSpan.FromMinutes(1);

    private readonly TimeSpan _waitMax = Longest.Of(options.PollWait, Longest.Poll);

    // The loop's alone, but for what is asked, which is replaced while nobody looks.
    private readonly NamedLeasesMax _most = new(api.Time);
    private HashSet<HeldLease> _asked = [];
    private TimeSpan _wait = Between;
    private int _failures;
    private bool _isOlder;
    private long _notBefore = long.MinValue;

    /// <summary>Runs until told that no attempt runs any more.</summary>
    public Task RunAsync(CancellationToken over) =>
        KeepGoing.RunAsync(
            TurnsAsync,
            exception =>
            {
                state.Failed(WorkerState.Cancels, Reasons.Of(exception));
                Bug(logger, exception);
            },
            api.Time,
            over);

    private async Task TurnsAsync(CancellationToken over)
    {
        while (true)
        {
            _most.Grow();
            List<HeldLease> leases = Leases();
            if (leases.Count == 0)
            {
                state.Succeeded(WorkerState.Cancels);
                await held.Added.WaitAsync(over);
            }
            else if (api.Time.GetTimestamp() is var now && now < _notBefore)
            {
                await Task.Delay(WholeMilliseconds.Of(api.Time.GetElapsedTime(now, _notBefore)), api.Time, over);
            }
            else
            {
                await AskAsync(leases, over);
            }
        }
    }

    /// <summary>
    /// The leases to be named: one of each job, the newer where it was lost and has come back, and none whose heartbeats are as quick.
    /// Where there are more than fit, those that would hear of it last.
    /// </summary>
    private List<HeldLease> Leases()
    {
        var byJob = new Dictionary<string, HeldLease>();
        foreach (HeldLease lease in held.InOrder())
        {
            if (lease.IsOpenToNews && lease.BeatsEvery > Between)
            {
                byJob[lease.Job.Id] = lease;
            }
        }

        return byJob.Count <= _most.Value
            ? [.. byJob.Values]
            : [.. byJob.Values.OrderByDescending(lease => lease.BeatsEvery).Take(_most.Value)];
    }

    private async Task AskAsync(List<HeldLease> leases, CancellationToken over)
    {
        if (leases.Exists(lease => !_asked.Contains(lease)))
        {
            _wait = Between;
        }

        TimeSpan wait = _wait < _waitMax ? _wait : _waitMax;
        long askedAt = api.Time.GetTimestamp();
        _asked = [.. leases];
        _notBefore = After(askedAt, Between);
        using var ask = CancellationTokenSource.CreateLinkedTokenSource(over);
        Task newer = EndForNewerAsync(askedAt, wait, ask);
        try
        {
            var body = new CancelsRequest(
                leases.ConvertAll(lease => new NamedLease(lease.Job.Id, lease.LeaseToken)), (int)Math.Ceiling(wait.TotalSeconds));
            using HttpResponseMessage response = await api.TryOnceAsync(
                JobApi.Request(HttpMethod.Post, "jobs/cancels", body, WireJson.Wire.CancelsRequest), wait, ask.Token);
            await UnderstandAsync(response, leases, askedAt, wait);
        }
        catch (Exception) when (ask.IsCancellationRequested && !over.IsCancellationRequested)
        {
            // There are leases that it did not name.
        }
        catch (Exception exception) when (!over.IsCancellationRequested)
        {
            Failed(Reasons.Of(exception), null);
        }
        finally
        {
            ask.Cancel();
            await newer;
        }
    }

    /// <summary>Ends a request that would stay open for long while there are leases that it does not name.</summary>
    private async Task EndForNewerAsync(long askedAt, TimeSpan wait, CancellationTokenSource ask)
    {
        try
        {
            for (long looked = askedAt; ; looked = api.Time.GetTimestamp())
            {
                await held.Added.WaitAsync(ask.Token);
                if (Between - api.Time.GetElapsedTime(looked) is var rest && rest > TimeSpan.Zero)
                {
                    await Task.Delay(WholeMilliseconds.Of(rest), api.Time, ask.Token);
                }

                if (wait - api.Time.GetElapsedTime(askedAt) <= Between)
                {
                    return;
                }

                if (Leases().Exists(lease => !_asked.Contains(lease)))
                {
                    ask.Cancel();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The request has ended.
        }
    }

    private async Task UnderstandAsync(HttpResponseMessage response, List<HeldLease> leases, long askedAt, TimeSpan wait)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                List<ReportOutcome?> outcomes = await JobApi.ReadAsync(response, OneByOne.Outcomes, CancellationToken.None);
                if (outcomes.Count > 0)
                {
                    Tell(leases, outcomes);
                }
                else if (api.Time.GetElapsedTime(askedAt) >= wait / 2)
                {
                    _wait = wait * 2 > Between ? wait * 2 : Between;
                }

                _most.Taken(leases.Count);
                Succeeded();
                break;
            case HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented
                when response.Content.Headers.ContentType?.MediaType != "text/html":
                // A page for people is a proxy's, which may find the orchestrator again in a moment.
                Older();
                break;
            case HttpStatusCode.RequestEntityTooLarge when leases.Count > 1:
                _most.TooMany(leases.Count);
                break;
            default:
                JobProblem? problem = await JobApi.ReadProblemAsync(response, CancellationToken.None);
                Failed(
                    problem?.Sentence ?? $"status {(int)response.StatusCode}",
                    RetryPolicy.RetryAfter(response.Headers.RetryAfter, api.Time.GetUtcNow()));
                break;
        }
    }

    /// <summary>Where there are two outcomes of one lease it is not sure which it is, and none is taken.</summary>
    private static void Tell(List<HeldLease> leases, List<ReportOutcome?> outcomes)
    {
        ILookup<string, ReportOutcome> told = outcomes.OfType<ReportOutcome>().ToLookup(outcome => outcome.JobId ?? "");
        foreach (HeldLease lease in leases)
        {
            if (told[lease.Job.Id].ToList() is [{ } outcome])
            {
                lease.Hear(outcome);
            }
        }
    }

    private void Succeeded()
    {
        bool wasTroubled = _failures > 0;
        (_failures, _isOlder) = (0, false);
        state.Succeeded(WorkerState.Cancels);
        if (wasTroubled)
        {
            Quietly.Do(() => AtOnceAgain(logger));
        }
    }

    private void Older()
    {
        bool wasKnown = _isOlder;
        (_failures, _isOlder) = (0, true);
        _notBefore = After(api.Time.GetTimestamp(), OlderPause);
        state.Succeeded(WorkerState.Cancels);
        if (!wasKnown)
        {
            Quietly.Do(() => HeartbeatsOnly(logger, api.Address));
        }
    }

    private void Failed(string reason, TimeSpan? retryAfter)
    {
        state.Failed(WorkerState.Cancels, reason);
        _wait = Between;
        TimeSpan pause = RetryPolicy.Pause(++_failures, Between, RetryPolicy.PauseMax, api.Options.Jitter());
        _notBefore = After(api.Time.GetTimestamp(), retryAfter > pause ? retryAfter.Value : pause);
        if (_failures == 1)
        {
            Quietly.Do(() => NotAtOnce(logger, reason));
        }
    }

    private long After(long timestamp, TimeSpan span) => timestamp + (long)(span.TotalSeconds * api.Time.TimestampFrequency);

    [LoggerMessage(
        EventId = 80,
        Level = LogLevel.Information,
        Message = "Cancels are not heard of at once ({Reason}); heartbeats bring them, and it is tried again.")]
    private static partial void NotAtOnce(ILogger logger, string reason);

    [LoggerMessage(EventId = 81, Level = LogLevel.Information, Message = "Cancels are heard of at once again.")]
    private static partial void AtOnceAgain(ILogger logger);

    [LoggerMessage(
        EventId = 82,
        Level = LogLevel.Information,
        Message = "The orchestrator at {Address} is of a version that tells of cancels with heartbeats alone, at a third of the lease.")]
    private static partial void HeartbeatsOnly(ILogger logger, Uri address);

    [LoggerMessage(EventId = 83, Level = LogLevel.Error, Message = "Waiting for cancels has failed; it goes on.")]
    private static partial void Bug(ILogger logger, Exception exception);
}
