using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Shards;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Push;

/// <summary>
/// Hands the jobs of the push queues to workers as messages. Each queue is leased from like any worker does; the shard itself sees to
/// it that no more than <see cref="PushQueueOptions.MaxRunning"/> are out, and serves the waiting lease with the commit that brings a job
/// or frees a place. The lease is committed before its message goes out; from then on a worker reports, or the lease ends by itself.
/// </summary>
internal sealed partial class Dispatcher(
    IJobShards shards,
    IWorkBus bus,
    IOptions<PushOptions> pushOptions,
    IOptions<EventOptions> eventOptions,
    Randomness randomness,
    Loops loops,
    TimeProvider time,
    ILogger<Dispatcher> logger)
{
    /// <summary>The worker of every attempt that was pushed: who takes a message off the broker is not known.</summary>
    public const string Worker = "push";

    // One publish: few enough to stay below the 4 MiB that a sidecar takes, a first message of any size included.
    private const int JobsInOneLease = 100;
    private const long BytesInOneLease = 1_000_000;

    private static readonly TimeSpan LeaseWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StoreRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PublishTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>Pushes until the service stops; then returns.</summary>
    public Task RunAsync(CancellationToken stopping) => Together.AllAsync(pushOptions.Value.All.Select(
        queue => loops.KeepAsync($"push of {queue.Queue}", token => DispatchAsync(queue.Queue, queue.MaxRunning, token), stopping)));

    private async Task DispatchAsync(string queue, int maxRunning, CancellationToken stopping)
    {
        string topic = pushOptions.Value.TopicOf(queue);
        LogStarted(logger, queue, topic, maxRunning);
        var pause = new Pause(new PauseBounds(FirstPause, LongestPause), time);
        try
        {
            while (true)
            {
                // While the broker takes nothing, one job at a time finds out, rather than all of them changing hands for nothing.
                IReadOnlyList<Job> leased = await LeaseAsync(queue, maxRunning, pause.IsFirst ? JobsInOneLease : 1, stopping);
                if (leased.Count == 0)
                {
                    continue;
                }

                if (await PublishAsync(topic, leased))
                {
                    pause.Reset();
                    continue;
                }

                await pause.WaitAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service stops; what is out stays out.
        }
    }

    private async Task<IReadOnlyList<Job>> LeaseAsync(string queue, int maxRunning, int max, CancellationToken stopping)
    {
        try
        {
            string seed = randomness.NextToken();
            var lease = new Command.Lease([queue], Worker, max, null, seed, BytesInOneLease, maxRunning);
            return await shards.LeaseAsync(lease, LeaseWait, stopping);
        }
        catch (Exception exception) when (IsPassing(exception))
        {
            LogWaiting(logger, queue, exception.Message);
            await Task.Delay(StoreRetry, time, stopping);
            return [];
        }
    }

    /// <summary>
    /// Publishes, and gives back what certainly did not go out. It has its own time: a stop lets it come to its end. False when the
    /// broker took nothing, or that is not known.
    /// </summary>
    private async Task<bool> PublishAsync(string topic, IReadOnlyList<Job> leased)
    {
        Published published;
        try
        {
            using var timeout = new CancellationTokenSource(PublishTime, time);
            WorkMessage[] messages = [.. leased.Select(job => WorkMessage.Of(job, eventOptions.Value.Source))];
            published = await bus.PublishAsync(topic, messages, timeout.Token);
        }
        catch (Exception exception) when (exception is NeverSentException or RefusedException)
        {
            LogRefused(logger, leased.Count, topic, exception.Message);
            await Together.AllAsync(leased.Select(ReleaseAsync));
            return false;
        }
        catch (Exception exception)
        {
            // The messages may be out. If they are not, nobody reports, and the leases end by themselves.
            LogUnclear(logger, leased.Count, topic, exception.Message);
            return false;
        }

        if (published.Refused.Count > 0)
        {
            LogRefused(logger, published.Refused.Count, topic, published.Reason);
            await Together.AllAsync(published.Refused.Select(message => ReleaseAsync(message.Job)));
        }

        return published.Refused.Count < leased.Count;
    }

    /// <summary>The attempt is not spent.</summary>
    private async Task ReleaseAsync(Job job)
    {
        try
        {
            var release = new Command.Release(job.Id, job.Lease!.Token, DelayOf(job), IsUnseen: true);
            await shards.ProposeAsync(job.Id.Shard, release, CancellationToken.None);
        }
        catch (Exception exception) when (IsPassing(exception))
        {
            LogNotReleased(logger, job.Id, exception.Message);
        }
    }

    /// <summary>
    /// Longer each time in a row, so that a job whose message no broker takes (too large, say) does not stand in the others' way.
    /// </summary>
    internal static TimeSpan DelayOf(Job job)
    {
        TimeSpan delay = FirstPause * (1 << Math.Min(job.ReleasedInARow, 10));
        return delay < LongestDelay ? delay : LongestDelay;
    }

    private static bool IsPassing(Exception exception) =>
        exception is StoreUnavailableException or OutcomeUnknownException or TooBusyException;

    [LoggerMessage(60, LogLevel.Information, "Queue {Queue} is pushed to topic {Topic}, at most {MaxRunning} jobs at a time.")]
    private static partial void LogStarted(ILogger logger, string queue, string topic, int maxRunning);

    [LoggerMessage(61, LogLevel.Debug, "Queue {Queue}: pushing waits. {Reason}")]
    private static partial void LogWaiting(ILogger logger, string queue, string reason);

    [LoggerMessage(
        62,
        LogLevel.Warning,
        "The broker did not take {Count} work messages for topic {Topic}; their jobs go back to the queue for a while. {Reason}")]
    private static partial void LogRefused(ILogger logger, int count, string topic, string reason);

    [LoggerMessage(
        63,
        LogLevel.Warning,
        "It is not known whether {Count} work messages for topic {Topic} went out; if not, their leases end by themselves. {Reason}")]
    private static partial void LogUnclear(ILogger logger, int count, string topic, string reason);

    [LoggerMessage(
        64,
        LogLevel.Warning,
        "Job {JobId}: its work message did not go out, and it could not be given back; its lease ends by itself. {Reason}")]
    private static partial void LogNotReleased(ILogger logger, JobId jobId, string reason);
}
