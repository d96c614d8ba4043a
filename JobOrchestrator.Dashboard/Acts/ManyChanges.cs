using JobOrchestrator.Dashboard.Finding;
using JobOrchestrator.Dashboard.Pages;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace JobOrchestrator.Dashboard.Acts;

/// <summary>
/// What forms do to many jobs: 500 a request. What is left is gone on with from the action's page, which sends the form again by itself
/// where there is script, and by its button where there is none.
/// </summary>
internal static class ManyChanges
{
    public static void MapManyChanges(this IEndpointRouteBuilder routes)
    {
        foreach (BulkAct act in BulkAct.All)
        {
            routes.MapChange($"/ui/do/bulk/{act.Name}", http => OfManyAsync(http, act));
        }

        routes.MapChange("/ui/do/actions/{id}/undo", UndoAsync);
    }

    private static Task OfManyAsync(HttpContext http, BulkAct act) =>
        Change.RunAsync(http, (view, form, jobs, left) => DoAsync(act, view, form, jobs, left));

    private static Task UndoAsync(HttpContext http) => Change.RunAsync(http, async (view, _, jobs, left) =>
    {
        view.ComeFrom(Page(view.Route("id")));
        return new ChangeEnd.Done(Page((await new JobOperations(jobs).UndoAsync(view.Route("id"), left)).Id));
    });

    private static async Task<ChangeEnd> DoAsync(BulkAct act, View view, IFormCollection form, JobClient jobs, CancellationToken left)
    {
        view.Draft.Keep(form);
        var asked = BulkAsked.Of(act, name => form[name]);
        string? cursor = form["cursor"] is [{ Length: > 0 } said] ? said : null;
        if (cursor is null && asked.Missing(form["typed"]) is { } missing)
        {
            view.Draft.Refusal = missing;
            return new ChangeEnd.Again(typeof(BulkPage));
        }

        try
        {
            JobBulkPart part = await new JobOperations(jobs).ActPartAsync(
                asked.Bulk(view), asked.Expect, cursor, Guid.TryParse(form["id"], out Guid id) ? id.ToString() : null, left);
            return new ChangeEnd.Done(part.Next is not { } next
                ? Page(part.Id)
                : View.Address(Page(part.Id), [("do", act.Name), .. asked.Members, ("cursor", next)]));
        }
        catch (JobOrchestratorException refused) when (cursor is null && refused.Status is { } status && (int)status is 400 or 409 or 422)
        {
            view.Draft.Refusal = $"{refused.Problem?.Title} {refused.Problem?.Detail}".Trim();
            return new ChangeEnd.Again(typeof(BulkPage), (int)status);
        }
    }

    private static string Page(string id) => $"ui/actions/{Uri.EscapeDataString(id)}";
}
