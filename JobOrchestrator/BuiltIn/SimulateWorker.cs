using System.Globalization;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.BuiltIn;

/// <summary>
/// Works the jobs of type <c>simulate</c> inside the service, through the same commands as any worker, so that the first call does
/// something.
/// </summary>
internal sealed partial class SimulateWorker(
    IJobShards shards, ReplicaIdentity replica, Randomness randomness, TimeProvider time, ILogger<SimulateWorker> logger)
{
    // Simulated work only waits, so many at once cost next to nothing. Those of a minute and more leave places to those whose
    // callers wait for them.
    private const int JobsAtOnce = 1_000;
    private const int LongAtOnce = 800;
    private const double LongSeconds = 60;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);
    private const int JobsInOneLease = 100;
    private static readonly TimeSpan LeaseWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(500);
    private static readonly string[] AnyQueue = [];
    private static readonly HashSet<string> Types = [Simulation.JobType];

    // The loop may begin again while jobs run.
    private readonly Slots _slots = new(JobsAtOnce);
    private readonly Slots _long = new(LongAtOnce);
    private readonly HashSet<Task> _running = [];

    /// <summary>Works until the service stops; then gives back what it has and returns.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await _slots.WaitForFreeAsync(stopping);
                IReadOnlyList<Job> leased = await LeaseAsync(Math.Min(JobsInOneLease, _slots.Free), stopping);
                _running.RemoveWhere(task => task.IsCompleted);
                foreach (Job job in leased)
                {
                    await _slots.TakeAsync(CancellationToken.None);
                    _running.Add(RunAsync(job, stopping));
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Together.AllAsync(_running);
        }
    }

    private async Task<IReadOnlyList<Job>> LeaseAsync(int max, CancellationToken stopping)
    {
        try
        {
            string seed = randomness.NextToken();
            return await shards.LeaseAsync(new Command.Lease(AnyQueue, replica.BuiltInWorker, max, Types, seed), LeaseWait, stopping);
        }
        catch (Exception exception) when (IsPassing(exception))
        {
            await Task.Delay(RetryEvery, time, stopping);
            return [];
        }
    }

    private async Task RunAsync(Job job, CancellationToken stopping)
    {
        try
        {
            await ReportAsync(job, await WorkAsync(job, stopping));
        }
        catch (Exception exception)
        {
            // The lease ends by itself, and the job is tried again.
            LogAttemptLost(logger, job.Id, exception.Message);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Does the work and returns what there is to report; null when the lease is gone.</summary>
    private async Task<Command.OnJob?> WorkAsync(Job job, CancellationToken stopping)
    {
        string token = job.Lease!.Token;
        Simulation simulation;
        try
        {
            simulation = Simulation.Parse(job.Input);
        }
        catch (FormatException exception)
        {
            return new Command.Fail(job.Id, token, new JobError("/problems/bad-input", exception.Message), TryAgain: false);
        }

        double seconds = simulation.MinSeconds + (simulation.MaxSeconds - simulation.MinSeconds) * (randomness.Next() >> 11) / (1UL << 53);
        if (seconds < LongSeconds)
        {
            return await SimulateAsync(job, simulation, seconds, stopping);
        }

        if (!_long.TryTake())
        {
            return new Command.Release(job.Id, token, DelayOf(job));
        }

        try
        {
            return await SimulateAsync(job, simulation, seconds, stopping);
        }
        finally
        {
            _long.Release();
        }
    }

    /// <summary>Longer each time in a row, so that many that find no place do not change hands all the time.</summary>
    private static TimeSpan DelayOf(Job job)
    {
        TimeSpan delay = FirstDelay * (1 << Math.Min(job.ReleasedInARow, 10));
        return delay < LongestDelay ? delay : LongestDelay;
    }

    private async Task<Command.OnJob?> SimulateAsync(Job job, Simulation simulation, double seconds, CancellationToken stopping)
    {
        string token = job.Lease!.Token;
        var duration = TimeSpan.FromSeconds(seconds);

        // A lease lasts a second at least, and relay's may say nought.
        var beat = TimeSpan.FromSeconds(Math.Max(1, job.LeaseSeconds) / 3.0);
        long started = time.GetTimestamp();
        int reports = simulation.ReportsIn(seconds);
        for (int report = 1; ;)
        {
            TimeSpan elapsed = time.GetElapsedTime(started);
            int step = report > reports ? simulation.Steps + 1 : (int)((long)report * simulation.Steps / reports);
            TimeSpan stepEnd = duration * ((double)step / (simulation.Steps + 1));
            TimeSpan wait = stepEnd - elapsed;
            try
            {
                await RestAsync(job, wait < beat ? wait > TimeSpan.Zero ? wait : TimeSpan.Zero : beat, stopping);
            }
            catch (OperationCanceledException)
            {
                return new Command.Release(job.Id, token);
            }

            if (time.GetElapsedTime(started) >= stepEnd && report++ > reports)
            {
                return Outcome(job, simulation, seconds);
            }

            Progress? progress = time.GetElapsedTime(started) >= stepEnd
                ? new Progress(Math.Round(100.0 * step / (simulation.Steps + 1), 1), $"Step {step} of {simulation.Steps}")
                : null;
            switch (await ReportAsync(job, new Command.Heartbeat(job.Id, token, progress)))
            {
                case Core.Outcome.Extended { CancelRequested: true }:
                    return new Command.Release(job.Id, token);
                case Core.Outcome.Refused:
                    return null;
            }
        }
    }

    /// <summary>Rests, until there is news of the lease at most: the heartbeat that follows hears what it is.</summary>
    private async Task RestAsync(Job job, TimeSpan rest, CancellationToken stopping)
    {
        long began = time.GetTimestamp();
        try
        {
            await shards.HearAsync([new NamedLease(job.Id, job.Lease!.Token)], null, rest, stopping);
        }
        catch (StoreUnavailableException)
        {
            TimeSpan left = rest - time.GetElapsedTime(began);
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, stopping);
        }
    }

    private static Command.OnJob Outcome(Job job, Simulation simulation, double seconds) =>
        simulation.Failure is { } failure
            ? new Command.Fail(job.Id, job.Lease!.Token, failure, TryAgain: false)
            : new Command.Complete(
                job.Id,
                job.Lease!.Token,
                simulation.Result
                    ?? JsonText.Of(string.Create(CultureInfo.InvariantCulture, $"{{\"simulatedSeconds\":{Math.Round(seconds, 3)}}}")));

    /// <summary>Reports, again and again while the store is away, for as long as the lease can still be good.</summary>
    private async Task<Outcome?> ReportAsync(Job job, Command.OnJob? report)
    {
        if (report is null)
        {
            return null;
        }

        long started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await shards.ProposeAsync(job.Id.Shard, report, CancellationToken.None);
            }
            catch (Exception exception)
                when (IsPassing(exception) && time.GetElapsedTime(started) < TimeSpan.FromSeconds(job.LeaseSeconds * 2.0))
            {
                await Task.Delay(RetryEvery, time);
            }
        }
    }

    private static bool IsPassing(Exception exception) =>
        exception is StoreUnavailableException or OutcomeUnknownException or TooBusyException;

    [LoggerMessage(40, LogLevel.Warning, "Job {JobId}: this attempt could not report. {Reason}")]
    private static partial void LogAttemptLost(ILogger logger, JobId jobId, string reason);
}
