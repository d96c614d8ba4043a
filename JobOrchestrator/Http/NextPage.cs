using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Http;

/// <summary>The way from one page of a list to the next: <c>Link: …; rel="next"</c>.</summary>
internal static class NextPage
{
    /// <summary>Says where the next page is.</summary>
    /// <param name="http">The exchange, whose path and query the next page has too.</param>
    /// <param name="cursor">Where it begins; null: there is none.</param>
    public static void Link(HttpContext http, string? cursor)
    {
        if (cursor is not null)
        {
            HttpRequest request = http.Request;
            http.Response.Headers.Link =
                $"<{Locations.Origin(request)}{request.Path.ToUriComponent()}{QueryOf(request, cursor)}>; rel=\"next\"";
        }
    }

    /// <summary>The same query with another cursor.</summary>
    private static QueryString QueryOf(HttpRequest request, string cursor)
    {
        var query = new QueryBuilder();
        foreach ((string name, StringValues values) in request.Query)
        {
            if (!name.Equals("cursor", StringComparison.OrdinalIgnoreCase))
            {
                query.Add(name, values.Select(value => value ?? ""));
            }
        }

        query.Add("cursor", cursor);
        return query.ToQueryString();
    }
}
