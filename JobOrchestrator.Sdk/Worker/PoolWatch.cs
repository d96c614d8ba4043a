using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Says in the log when nothing has run on the thread pool for some seconds, once each time: processors that block its threads hold up
/// heartbeats, reports and cancels, and whoever looks for the reason finds lost leases and nothing else. It looks from a thread of its
/// own, which the pool cannot hold up.
/// </summary>
/// <param name="pool">Gives the pool something to run.</param>
/// <param name="state">Shows it.</param>
/// <param name="logger">Says it.</param>
internal sealed partial class PoolWatch(Action<Action> pool, WorkerState state, ILogger<PoolWatch> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    // Looks are counted, not seconds: while a whole process stands still, none is made.
    private const int SilentMax = 3;

    // A pool that is short of threads runs something now and then: it is well once it has been prompt for so many looks.
    private const int PromptMin = 10;

#pragma warning disable RS0030 // The pool is looked at from outside, by a thread that may block.
    private readonly ManualResetEventSlim _stopping = new();

    // What the pool was given has run.
    private volatile bool _hasRun = true;

    // The watching thread's alone.
    private int _silent;
    private int _prompt;
    private bool _isStarved;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Watch) { IsBackground = true, Name = "Watch over the thread pool" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Set();
        return Task.CompletedTask;
    }

    /// <summary>Set rather than disposed: the thread may wait for it at this moment.</summary>
    public void Dispose() => _stopping.Set();

    /// <summary>The thread pool of this process.</summary>
    public static void OfTheProcess(Action work) => ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false);

    private static (int Threads, long Waiting) Numbers => (ThreadPool.ThreadCount, ThreadPool.PendingWorkItemCount);

    private void Watch()
    {
        while (!_stopping.Wait(Every))
        {
            Quietly.Do(Look);
        }
    }
#pragma warning restore RS0030

    /// <summary>One look at whether the pool has run what it was given at the last one.</summary>
    internal void Look()
    {
        if (!_hasRun)
        {
            _prompt = 0;
            if (++_silent >= SilentMax && !_isStarved)
            {
                _isStarved = true;
                state.Failed(WorkerState.Pool, "It has run nothing for some seconds; something blocks its threads.");
                (int threads, long waiting) = Numbers;
                Starved(logger, _silent * Every.TotalSeconds, threads, waiting);
            }

            return;
        }

        _silent = 0;
        _hasRun = false;
        pool(() => _hasRun = true);
        if (_isStarved && ++_prompt >= PromptMin)
        {
            _isStarved = false;
            state.Succeeded(WorkerState.Pool);
            Well(logger);
        }
    }

    [LoggerMessage(
        EventId = 85,
        Level = LogLevel.Warning,
        Message = "Nothing has run on the thread pool for {Seconds:0} s ({Threads} threads, {Waiting} items wait): processors block its "
            + "threads, so heartbeats, reports and cancels are late and leases may be lost. Await what they wait for; give what blocks or "
            + "computes for long a thread of its own (TaskCreationOptions.LongRunning); or lower the worker's Concurrency, or set the "
            + "project's ThreadPoolMinThreads above it.")]
    private static partial void Starved(ILogger logger, double seconds, int threads, long waiting);

    [LoggerMessage(EventId = 86, Level = LogLevel.Information, Message = "The thread pool runs what it is given at once again.")]
    private static partial void Well(ILogger logger);
}
