using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>
/// Tells a page that its job has changed, as server-sent events with nothing but its sequence: the page asks for the rest.
/// </summary>
internal static class JobWake
{
    public static async Task SendAsync(HttpContext http)
    {
        View view = http.RequestServices.GetRequiredService<View>();
        http.Response.ContentType = "text/event-stream";
        try
        {
            long first = -1;
            await foreach (Job job in view.Jobs.WatchAsync(view.Route("id"), http.RequestAborted))
            {
                // What the page has just been made of is no news.
                string what = job.IsFinished ? "end" : "sequence";
                if (first >= 0 || job.IsFinished)
                {
                    await http.Response.WriteAsync($"event: {what}\ndata: {job.Sequence}\n\n", http.RequestAborted);
                }

                await http.Response.Body.FlushAsync(http.RequestAborted);
                first = job.Sequence;
            }
        }
        catch (JobOrchestratorException)
        {
            // The page asks by itself, and says what it is told; a browser opens the stream again.
        }
    }
}
