using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Sdk;
using JobOrchestrator.Search;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>
/// The box that finds anything: whatever was typed leads to the one thing that it names, else to the list that it describes.
/// </summary>
internal static class GoBox
{
    /// <summary>Longer nobody waits for a box: the list goes on looking.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

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

        Answer<IReadOnlyList<JobQueue>> queues = await view.TryAskAsync((jobs, left) => jobs.ListQueuesAsync(left));
        if (queues.Has(out IReadOnlyList<JobQueue> all) && all.Any(queue => queue.Name == typed))
        {
            return $"ui/queues/{Uri.EscapeDataString(typed)}";
        }

        return await OnlyJobAsync(view, typed) is { } only
            ? $"ui/jobs/{Uri.EscapeDataString(only.Id)}"
            : View.Address("ui/jobs", ("q", typed));
    }

    /// <summary>The one job that a query finds; null: it finds none or several, or it is none.</summary>
    private static async Task<Job?> OnlyJobAsync(View view, string typed)
    {
        if (!JobQuery.TryParse(typed, out JobQuery? query, out _) || !query.Terms.Any(term => !term.IsNegated))
        {
            return null;
        }

        var filter = new JobFilter { Query = query.ToString(), Look = Look };
        Answer<JobPage> answer = await view.TryAskAsync((jobs, left) =>
            new JobOperations(jobs).ListPageAsync(filter, 2, cancellationToken: left));
        return answer.Has(out JobPage page) && page.Jobs is [var only]
            && (page.Next is null || only.Id.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                ? only
                : null;
    }
}
