using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Words;
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

    // Two halves that stand for so many jobs are no name.
    private const int LookedAtMax = 2_000;
    private const int PageRows = 500;

    /// <summary>A list is not asked for an id as lists show it, which is no word of a query: the box finds it. Null: it is none.</summary>
    public static string? Instead(View view) =>
        view.Query("q") is { } typed && ShortId.Read(typed.Trim()) is not null ? View.Address("ui/go", ("to", typed)) : null;

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

        if (ShortId.Read(typed) is { } halves)
        {
            return await ShownAsAsync(view, halves.Beginning, halves.End);
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

    /// <summary>The one job that lists show so; where there are several or none, those that begin so.</summary>
    private static async Task<string> ShownAsAsync(View view, string beginning, string end)
    {
        var filter = new JobFilter { Query = $"id:{beginning}*", Look = Look };
        var ids = new List<string>();
        int seen = 0;
        string? cursor = null;
        do
        {
            Answer<JobPage> answer = await view.TryAskAsync((jobs, left) =>
                new JobOperations(jobs).ListPageAsync(filter, PageRows, cursor, left));
            if (!answer.Has(out JobPage page))
            {
                break;
            }

            seen += page.Jobs.Count;
            ids.AddRange(page.Jobs.Select(job => job.Id).Where(id => id.EndsWith(end, StringComparison.OrdinalIgnoreCase)));
            cursor = page.LookedBackTo is null ? page.Next : null;
        }
        while (cursor is not null && ids.Count < 2 && seen < LookedAtMax);
        return ids is [var only] ? $"ui/jobs/{Uri.EscapeDataString(only)}" : View.Address("ui/jobs", ("q", filter.Query));
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
