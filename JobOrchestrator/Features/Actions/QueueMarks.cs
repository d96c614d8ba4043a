using JobOrchestrator.Features.Marks;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Actions;

/// <summary>The marks of queues that are paused and resumed, whichever way that is done.</summary>
internal static class QueueMarks
{
    /// <summary>Sets one.</summary>
    /// <param name="http">The request that did it.</param>
    /// <param name="now">When.</param>
    /// <param name="caller">Who did.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="isPause">It was paused; else resumed.</param>
    /// <param name="reason">Why; null: it was not said.</param>
    public static void Set(HttpContext http, DateTimeOffset now, Caller caller, string queue, bool isPause, string? reason)
    {
        (MarkKind kind, string text) = isPause ? (MarkKind.Pause, $"{queue} paused") : (MarkKind.Resume, $"{queue} resumed");
        http.RequestServices.GetRequiredService<MarkBook>().Add(new Mark(now, kind, text, caller.Name, queue, isPause ? reason : null));
    }
}
