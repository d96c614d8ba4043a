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
    ILogger logger,
    Func<LeasedJob, Slots, Task> work)
{
    // What the orchestrator hands out in one answer at most.
    private const int LeaseMax = 1_000;
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(15);

    private readonly Slots _slots = new(lane.Concurrency + lane.Prefetch);
    private readonly Slots _running = new(lane.Concurrency);
    private int _failures;

    /// <summary>Runs until told to stop taking work.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await _slots.TakeAsync(stopping);
                int free = 1;
                while (free < LeaseMax && _slots.TryTake())
                {
                    free++;
                }

                List<LeasedJob> leased = await LeaseAsync(free, stopping);
                for (int unused = leased.Count; unused < free; unused++)
                {
                    _slots.Release();
                }

                foreach (LeasedJob job in leased)
                {
                    _ = WorkAsync(job);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // No more work is taken; what runs is the worker's affair.
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
        var body = new LeaseRequest(
            options.Name,
            max,
            (int)Math.Ceiling(options.PollWait.TotalSeconds),
            lane.OnlyOwnTypes ? types : null,
            lane.Queues.Count > 1 ? [.. lane.Queues.Skip(1)] : null);
        HttpRequestMessage request = JobApi.Request(
            HttpMethod.Post, $"queues/{api.Segment(lane.Queues[0])}/lease", body, WireJson.Wire.LeaseRequest);
        TimeSpan? retryAfter = null;
        string reason;
        try
        {
            using HttpResponseMessage response = await api.TryOnceAsync(request, options.PollWait, stopping);
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent)
            {
                Succeeded();
                return response.StatusCode == HttpStatusCode.OK
                    ? await JobApi.ReadAsync(response, WireJson.Wire.ListLeasedJob, stopping)
                    : [];
            }

            retryAfter = RetryPolicy.RetryAfter(response.Headers.RetryAfter, api.Time.GetUtcNow());
            reason = (await JobApi.ReadProblemAsync(response, stopping))?.Title ?? $"status {(int)response.StatusCode}";
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            // Whatever it is: a worker that no longer asks for work would be of no use, and nobody would notice.
            reason = exception.Message;
        }

        if (++_failures == 1)
        {
            NoWork(logger, lane.Queues[0], reason);
        }

        TimeSpan pause = RetryPolicy.Pause(_failures, api.Options.RetryPause, PauseMax, api.Options.Jitter());
        await Task.Delay(retryAfter > pause ? retryAfter.Value : pause, api.Time, stopping);
        return [];
    }

    private void Succeeded()
    {
        if (_failures > 0)
        {
            WorkAgain(logger, lane.Queues[0]);
        }

        _failures = 0;
    }

    [LoggerMessage(
        EventId = 10, Level = LogLevel.Warning, Message = "Queue {Queue}: no work to be had ({Reason}); tried again until there is.")]
    private static partial void NoWork(ILogger logger, string queue, string reason);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "Queue {Queue}: the orchestrator answers again.")]
    private static partial void WorkAgain(ILogger logger, string queue);
}
