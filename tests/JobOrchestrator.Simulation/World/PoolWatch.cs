using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace JobOrchestrator.Simulation;

/// <summary>
/// Sees whatever a lane queues to the thread pool, by the runtime's own events: an escape, even where nobody waits for it. One in a
/// process is enough; nothing is told while nothing escapes, so it costs nothing.
/// </summary>
internal sealed class PoolWatch : EventListener
{
    private const string Source = "System.Diagnostics.Eventing.FrameworkEventSource";
    private const string Queued = "ThreadPoolEnqueueWork";
    private const EventKeywords ThreadPoolWork = (EventKeywords)2;

    private readonly ManualResetEventSlim _sees = new();

    private PoolWatch()
    {
    }

    /// <summary>
    /// Begins to watch. Each of the pool's threads notices with one of its next items, so that it is given items until they are seen.
    /// </summary>
    public static PoolWatch Begin()
    {
        var watch = new PoolWatch();
        do
        {
            ThreadPool.UnsafeQueueUserWorkItem(static _ => { }, null);
        }
        while (!watch._sees.Wait(TimeSpan.FromMilliseconds(1)));

        return watch;
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Source)
        {
            EnableEvents(eventSource, EventLevel.Verbose, ThreadPoolWork);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName != Queued)
        {
            return;
        }

        _sees.Set();
        if (SynchronizationContext.Current is Lane lane && !IsChannelsOwn(new StackTrace()))
        {
            lane.World.Escapes.Saw($"{lane.Name} queues to the thread pool.");
        }
    }

    /// <summary>
    /// A channel takes a wait that was cancelled out of its list there (since .NET 10). Whoever waited has gone on in his lane by then,
    /// and what stands in the list is passed over either way: nothing depends on when it goes.
    /// </summary>
    private static bool IsChannelsOwn(StackTrace stack)
    {
        foreach (StackFrame frame in stack.GetFrames())
        {
            if (frame.GetMethod() is not { DeclaringType: { } type } method || type.Assembly == typeof(PoolWatch).Assembly)
            {
                continue;
            }

            if (type.Namespace?.StartsWith(nameof(JobOrchestrator), StringComparison.Ordinal) == true)
            {
                return false;
            }

            if (method.Name.Contains("CancellationCallbackDelegate", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
