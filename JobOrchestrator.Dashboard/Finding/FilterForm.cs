using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Search;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>
/// Filters and columns that a form without script sends, each as a member of its own: they are written into the query, and the browser is
/// led to the address that says so.
/// </summary>
internal static class FilterForm
{
    private static readonly string[] Fields =
    [
        "status", "queue", "type", "owner", "worker", "external", "older", "younger", "error", "labelKey", "labelValue", "columns", "col",
    ];

    /// <summary>The address that says in its query what others say beside it; null: it is this one.</summary>
    public static string? Instead(View view)
    {
        if (!Fields.Any(view.Request.Query.ContainsKey))
        {
            return null;
        }

        string query = view.Query("q") ?? "";
        foreach (string term in Sent(view))
        {
            query = Joined(query, term);
        }

        string? columns = view.Request.Query.ContainsKey("columns")
            ? JobColumns.Written(view.Request.Query["col"].OfType<string>())
            : view.Query("cols");
        return view.With(
        [
            .. Fields.Select(field => (field, (string?)null)),
            ("q", query.Trim() is { Length: > 0 } said ? said : null),
            ("cols", columns),
            ("cursor", null),
            ("trail", null),
        ]);
    }

    /// <summary>A query and one more term: values of a field are alternatives. Where it cannot be so, the text says it all.</summary>
    public static string Joined(string query, string term)
    {
        if (JobQuery.TryParse(query, out JobQuery? known, out _) && JobQuery.TryParse(term, out JobQuery? more, out _))
        {
            try
            {
                return known.With(more).ToString();
            }
            catch (JobQueryException)
            {
                // Too much together: the page says so at its place.
            }
        }

        return $"{query} {term}".Trim();
    }

    private static IEnumerable<string> Sent(View view)
    {
        foreach (string status in view.Request.Query["status"].OfType<string>().Where(status => status.Length > 0))
        {
            yield return $"status:{status.ToLowerInvariant()}";
        }

        foreach (QueryTextField field in new[]
        {
            QueryTextField.Queue, QueryTextField.Type, QueryTextField.Owner, QueryTextField.Worker, QueryTextField.External,
        })
        {
            if (view.Query(field.ToString().ToLowerInvariant())?.Trim() is { Length: > 0 } value)
            {
                yield return Terms.Of(field, value);
            }
        }

        foreach (string age in new[] { "older", "younger" })
        {
            if (view.Query(age)?.Trim() is { Length: > 0 } value)
            {
                yield return $"{age}:{value.Replace(" ", "", StringComparison.Ordinal).Replace("min", "m", StringComparison.Ordinal)}";
            }
        }

        if (view.Query("error")?.Trim() is { Length: > 0 } error)
        {
            yield return new QueryTerm.Text(QueryTextField.Error, new([new QueryText(error, QueryMatch.Contains)])).ToString();
        }

        if (view.Query("labelKey")?.Trim() is { Length: > 0 } key)
        {
            string label = view.Query("labelValue")?.Trim() ?? "";
            yield return label.Length == 0
                ? $"{QueryField.LabelPrefix}{key}:*"
                : Terms.OfLabel(key, label);
        }
    }
}
