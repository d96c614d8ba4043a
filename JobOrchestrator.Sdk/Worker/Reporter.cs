using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Sends the reports of all attempts, many in one request, in the order in which they came, one request at a time. A report is tried
/// until it is answered, withdrawn or given up; so nothing is lost while the orchestrator is away.
/// </summary>
internal sealed partial class Reporter(JobApi api, ILogger<Reporter> logger) : IDisposable
{
    // At most so many reports, and about so many bytes of callers' JSON, in one request.
    private const int BatchMax = 200;
    private const int BatchBytesMax = 512 * 1024;
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    private readonly Channel<Pending> _arriving = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _abandon = new();
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Sends what is left, for at most the given time, and ends.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        _arriving.Writer.TryComplete();
        _abandon.CancelAfter(within);
        await _loop;
    }

    /// <summary>Sends one report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="pauseMax">
    /// The longest pause before it is tried again, 5 s at most: an orchestrator that is back waits only one lease for it.
    /// </param>
    /// <param name="giveUpAt">The timestamp after which it is not tried again; asked each time, because it can move.</param>
    /// <param name="cancellationToken">Withdraws the report if it is not just being sent.</param>
    /// <returns>What became of it; null when it was given up without an answer.</returns>
    /// <exception cref="OperationCanceledException">It was withdrawn.</exception>
    public Task<ReportOutcome?> SendAsync(Report report, TimeSpan pauseMax, Func<long> giveUpAt, CancellationToken cancellationToken)
    {
        var pending = new Pending(report, pauseMax, giveUpAt, cancellationToken);
        if (!_arriving.Writer.TryWrite(pending))
        {
            pending.Answer.TrySetResult(null);
        }

        return pending.Answer.Task;
    }

    /// <summary>Cancelled rather than disposed, so that stopping afterwards finds it as it should be.</summary>
    public void Dispose() => _abandon.Cancel();

    private async Task RunAsync()
    {
        List<Pending> waiting = [];
        int failures = 0;
        while (waiting.Count > 0 || await _arriving.Reader.WaitToReadAsync())
        {
            while (_arriving.Reader.TryRead(out Pending? arrived))
            {
                waiting.Add(arrived);
            }

            long now = api.Time.GetTimestamp();
            waiting.RemoveAll(pending => pending.IsOver(now, _abandon.IsCancellationRequested));
            if (waiting.Count == 0)
            {
                continue;
            }

            Setback? asked = await SendBatchAsync(waiting);
            if (asked is null)
            {
                if (failures > 0)
                {
                    Back(logger, waiting.Count);
                }

                failures = 0;
                continue;
            }

            if (++failures == 1)
            {
                Away(logger, waiting.Count, asked.Reason);
            }

            TimeSpan pauseMax = waiting.Select(pending => pending.PauseMax).Append(PauseMax).Min();
            TimeSpan pause = RetryPolicy.Pause(failures, api.Options.RetryPause, pauseMax, Random.Shared.NextDouble());
            await Task.Delay(asked.RetryAfter > pause ? asked.RetryAfter.Value : pause, api.Time, _abandon.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Sends the first of the waiting reports and takes away those that were answered; null when the orchestrator dealt with all it got.
    /// </summary>
    private async Task<Setback?> SendBatchAsync(List<Pending> waiting)
    {
        List<Pending> batch = Batch(waiting);
        HttpResponseMessage response;
        try
        {
            HttpRequestMessage request = JobApi.Request(
                HttpMethod.Post,
                "jobs/report",
                new ReportRequest(batch.ConvertAll(pending => pending.Report)),
                WireJson.Wire.ReportRequest);
            response = await api.TryOnceAsync(request, TimeSpan.Zero, _abandon.Token);
        }
        catch (HttpRequestException exception)
        {
            return new Setback(exception.Message);
        }
        catch (OperationCanceledException)
        {
            return new Setback("shutdown");
        }

        using (response)
        {
            try
            {
                return response.IsSuccessStatusCode
                    ? Settle(waiting, batch, await JobApi.ReadAsync(response, WireJson.Wire.ReportResponse, CancellationToken.None))
                    : await RefusedAsync(waiting, batch, response);
            }
            catch (JobOrchestratorException exception)
            {
                return new Setback(exception.Message);
            }
        }
    }

    private static List<Pending> Batch(List<Pending> waiting)
    {
        List<Pending> batch = [];
        int bytes = 0;
        foreach (Pending pending in waiting)
        {
            bytes += pending.Bytes;
            if (batch.Count > 0 && (batch.Count >= BatchMax || bytes > BatchBytesMax || pending.Alone || batch[0].Alone))
            {
                break;
            }

            batch.Add(pending);
        }

        return batch;
    }

    private static Setback? Settle(List<Pending> waiting, List<Pending> batch, ReportResponse response)
    {
        if (response.Outcomes.Count != batch.Count)
        {
            return new Setback($"{response.Outcomes.Count} outcomes for {batch.Count} reports");
        }

        Setback? setback = null;
        for (int i = 0; i < batch.Count; i++)
        {
            ReportOutcome outcome = response.Outcomes[i];
            if (outcome.Status >= 500 || RetryPolicy.IsTransient((HttpStatusCode)outcome.Status))
            {
                setback = new Setback(outcome.Problem?.Title ?? $"status {outcome.Status}");
                continue;
            }

            batch[i].Answer.TrySetResult(outcome);
        }

        waiting.RemoveAll(pending => pending.Answer.Task.IsCompleted);
        return setback;
    }

    /// <summary>The request as a whole was refused.</summary>
    private async Task<Setback?> RefusedAsync(List<Pending> waiting, List<Pending> batch, HttpResponseMessage response)
    {
        JobProblem? problem = await JobApi.ReadProblemAsync(response, CancellationToken.None);
        string reason = problem?.Title ?? $"status {(int)response.StatusCode}";
        if (response.StatusCode is not (HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge
            or HttpStatusCode.UnprocessableEntity))
        {
            // Down, overloaded, or our credentials are not (yet) good: none of it is the reports' fault.
            return new Setback(reason) { RetryAfter = RetryPolicy.RetryAfter(response.Headers.RetryAfter, api.Time.GetUtcNow()) };
        }

        if (batch.Count > 1)
        {
            // One of them is at fault, and its neighbours must not suffer for it.
            batch.ForEach(pending => pending.Alone = true);
            return null;
        }

        batch[0].Answer.TrySetResult(new ReportOutcome(batch[0].Report.JobId, (int)response.StatusCode, Problem: problem));
        waiting.Remove(batch[0]);
        return null;
    }

    [LoggerMessage(
        EventId = 20,
        Level = LogLevel.Warning,
        Message = "The orchestrator does not take reports ({Reason}); {Count} wait and are tried again.")]
    private static partial void Away(ILogger logger, int count, string reason);

    [LoggerMessage(EventId = 21, Level = LogLevel.Information, Message = "The orchestrator takes reports again; {Count} still wait.")]
    private static partial void Back(ILogger logger, int count);

    private sealed record Setback(string Reason)
    {
        public TimeSpan? RetryAfter { get; init; }
    }

    private sealed class Pending(Report report, TimeSpan pauseMax, Func<long> giveUpAt, CancellationToken cancellationToken)
    {
        public Report Report => report;

        public TimeSpan PauseMax => pauseMax;

        public int Bytes { get; } = 256 + (report.Result?.GetRawText().Length ?? 0) + (report.State?.GetRawText().Length ?? 0);

        /// <summary>Sent in a request of its own.</summary>
        public bool Alone { get; set; }

        public TaskCompletionSource<ReportOutcome?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsOver(long now, bool abandoned)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Answer.TrySetCanceled(cancellationToken);
                return true;
            }

            return (abandoned || now > giveUpAt()) && Answer.TrySetResult(null);
        }
    }
}
