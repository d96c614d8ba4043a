using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>
/// The box that finds anything: whatever was typed leads to the one thing that it names, else to the list that it describes.
/// </summary>
internal static class GoBox
{
    public static async Task GoAsync(HttpContext http)
    {
        View view = http.RequestServices.GetRequiredService<View>();
        string typed = (view.Query("to") ?? "").Trim();
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = view.Base + await PlaceAsync(view, typed);
    }

    private static async Task<string> PlaceAsync(View view, string typed)
    {
        if (typed.Length == 0)
        {
            return "ui/jobs";
        }

        if (Guid.TryParse(typed, out Guid id))
        {
            return $"ui/jobs/{id}";
        }

        Answer<IReadOnlyList<JobQueue>> queues = await view.AskAsync((jobs, left) => jobs.ListQueuesAsync(left));
        return queues.Has(out IReadOnlyList<JobQueue> all) && all.Any(queue => queue.Name == typed)
            ? $"ui/queues/{Uri.EscapeDataString(typed)}"
            : View.Address("ui/jobs", ("q", typed));
    }
}
