using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace JobOrchestrator.Dashboard.Acts;

/// <summary>What forms do to a queue.</summary>
internal static class QueueChanges
{
    public static void MapQueueChanges(this IEndpointRouteBuilder routes)
    {
        routes.MapChange("/ui/do/queues/{queue}/pause", http => OfQueueAsync(http, async (queue, form, jobs, left) =>
        {
            string reason = form["reason"].ToString().Trim();
            await (reason.Length > 0 ? jobs.PauseQueueAsync(queue, reason, left) : jobs.PauseQueueAsync(queue, left));
        }));
        routes.MapChange("/ui/do/queues/{queue}/resume", http => OfQueueAsync(http, async (queue, _, jobs, left) =>
            await jobs.ResumeQueueAsync(queue, left)));
        routes.MapChange("/ui/do/queues/{queue}/events", http => OfQueueAsync(http, async (queue, form, jobs, left) =>
            await jobs.ChooseQueueEventsAsync(
                queue, [.. EventKinds.All.Where(kind => form["kind"].Contains(EventKinds.Word(kind)))], left)));
    }

    private static Task OfQueueAsync(HttpContext http, Func<string, IFormCollection, JobClient, CancellationToken, Task> act) =>
        Change.RunAsync(http, async (view, form, jobs, left) =>
        {
            string queue = view.Route("queue");
            view.ComeFrom(form["back"] is [{ Length: > 0 } said] ? said : Page(queue));
            await act(queue, form, jobs, left);
            return new ChangeEnd.Done(view.Back);
        });

    private static string Page(string queue) => $"ui/queues/{Uri.EscapeDataString(queue)}";
}
