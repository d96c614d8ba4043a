using JobOrchestrator.Dashboard.Finding;
using JobOrchestrator.Dashboard.Pages;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace JobOrchestrator.Dashboard.Acts;

/// <summary>What forms do to one job.</summary>
internal static class JobChanges
{
    public static void MapJobChanges(this IEndpointRouteBuilder routes)
    {
        routes.MapChange("/ui/do/jobs/{id}/retry", http => OfJobAsync(http, async (id, _, jobs, left) =>
            new ChangeEnd.Done(Page((await jobs.RetryAsync(id, left)).Id))));
        routes.MapChange("/ui/do/jobs/{id}/cancel", http => OfJobAsync(http, async (id, _, jobs, left) =>
            new ChangeEnd.Done(Page((await jobs.CancelAsync(id, left)).Id))));
        routes.MapChange("/ui/do/jobs/{id}/purge", http => OfJobAsync(http, async (id, _, jobs, left) =>
        {
            await jobs.PurgeAsync(id, left);
            return new ChangeEnd.Done("ui/jobs");
        }));
        routes.MapChange("/ui/do/jobs/{id}/move", http => OfJobAsync(http, MoveAsync));
        routes.MapChange("/ui/do/jobs/{id}/label", http => OfJobAsync(http, LabelAsync));
    }

    private static Task OfJobAsync(HttpContext http, Func<string, Said, JobClient, CancellationToken, Task<ChangeEnd>> act) =>
        Change.RunAsync(http, (view, form, jobs, left) =>
        {
            string id = view.Route("id");
            view.ComeFrom(Page(id));
            return act(id, new Said(view, form), jobs, left);
        });

    /// <summary>A field that cannot be read stays as it is in the job: the form says which it takes.</summary>
    private static async Task<ChangeEnd> MoveAsync(string id, Said said, JobClient jobs, CancellationToken left)
    {
        int? priority = int.TryParse(said.Form["priority"], out int number) ? number : null;
        DateTimeOffset? runAt = Whens.TryRead(said.Form["runAt"], said.View.Now, out DateTimeOffset? at) ? at : null;
        if (priority is not null || runAt is not null)
        {
            await jobs.ReprioritiseAsync(id, priority, runAt, cancellationToken: left);
        }

        return new ChangeEnd.Done(Page(id));
    }

    /// <summary>Labels that somebody else has set meanwhile stay: only those that stood in the form are taken away.</summary>
    private static async Task<ChangeEnd> LabelAsync(string id, Said said, JobClient jobs, CancellationToken left)
    {
        said.View.Draft.Keep(said.Form);
        if (LabelLines.Read(said.Form["labels"].ToString()) is not { } labels)
        {
            said.View.Draft.Refusal = "Write one label a line, as in tenant=42.";
            return new ChangeEnd.Again(typeof(ConfirmJob));
        }

        foreach (string key in said.Form["was"].OfType<string>())
        {
            labels.TryAdd(key, null);
        }

        if (labels.Count > 0)
        {
            await jobs.LabelAsync(id, labels, cancellationToken: left);
        }

        return new ChangeEnd.Done(Page(id));
    }

    private sealed record Said(View View, IFormCollection Form);

    private static string Page(string id) => $"ui/jobs/{Uri.EscapeDataString(id)}";
}
