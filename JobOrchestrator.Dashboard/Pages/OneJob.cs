using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Pages;

/// <summary>The job that a page is about.</summary>
internal static class OneJob
{
    /// <summary>Asks for it. One that is not there is a trouble like any other.</summary>
    public static async Task<Answer<Job>> AskAsync(View view)
    {
        string id = view.Route("id");
        // Of what is no id the API says so by 404 too; a name with a slash would ask for something else.
        return await view.AskAsync(async (jobs, left) => await jobs.GetAsync(id, left)) switch
        {
            Answer<Job?>.Got { Value: { } job } => new Answer<Job>.Got(job),
            Answer<Job?>.Got => view.Miss<Job>(),
            Answer<Job?>.Not not => new Answer<Job>.Not(not.Trouble),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
