using JobOrchestrator.Dashboard.Serving;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>The way through a list by cursors, which know only the next page: an address keeps those of the pages before.</summary>
internal static class Trail
{
    private const char Between = '~';

    /// <summary>An address is to stay one that programs take. Further back leads the newest page.</summary>
    private const int PagesMax = 12;

    /// <summary>The page behind this one.</summary>
    /// <param name="view">This page.</param>
    /// <param name="next">Where it begins.</param>
    public static string Older(View view, string next)
    {
        IEnumerable<string> pages = Pages(view).Append(view.Query("cursor") ?? "");
        return view.With(("cursor", next), ("trail", string.Join(Between, pages.TakeLast(PagesMax))));
    }

    /// <summary>The page before this one; null: this is the first that is known.</summary>
    public static string? Newer(View view)
    {
        string[] pages = Pages(view);
        return pages is [.. var before, var last]
            ? view.With(("cursor", last.Length == 0 ? null : last), ("trail", before.Length == 0 ? null : string.Join(Between, before)))
            : null;
    }

    private static string[] Pages(View view) => view.Request.Query["trail"] is [{ } trail, ..] && view.Query("cursor") is not null
        ? trail.Split(Between)
        : [];
}
