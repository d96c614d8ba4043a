using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Search;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>The rows of a list that somebody has chosen; where none is, all that match.</summary>
internal static class Chosen
{
    /// <summary>More do not fit into a query. The others are reached by what they have in common.</summary>
    public const int JobsMax = 27;

    /// <summary>The address where it is asked whether it is to be done; null: too many are chosen, or nothing is to be done.</summary>
    public static string? Instead(View view)
    {
        string[] ids = [.. view.Request.Query["id"].OfType<string>().Where(id => id.Length > 0).Distinct()];
        if (BulkAct.Named(view.Query("do")) is not { } act || ids.Length > JobsMax)
        {
            return null;
        }

        string query = ids.Length == 0
            ? view.Query("q") ?? ""
            : new QueryTerm.Text(QueryTextField.Id, new(ids.Select(id => new QueryText(id)))).ToString();
        return View.Address($"ui/bulk/{act.Name}", ("q", query));
    }
}
