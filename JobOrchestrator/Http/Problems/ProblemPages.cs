using System.Text;
using System.Text.Encodings.Web;

namespace JobOrchestrator.Http;

/// <summary><c>GET /problems/{name}</c>: a page for each kind of problem, so that its <c>type</c> leads to an explanation.</summary>
internal static class ProblemPages
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void MapProblemPages(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/problems", Reading, static http => SendAsync(http, Index()));
        routes.MapMethods("/problems/{name}", Reading, static http =>
            ProblemType.All.TryGetValue((string)http.Request.RouteValues["name"]!, out ProblemType? type)
                ? SendAsync(http, Page(type))
                : NotFound(http));
    }

    private static Task NotFound(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static string Page(ProblemType type) => Document(type.Title, $"""
        <p><code>{type.Uri}</code>{(type.Status is { } status ? $", HTTP {status}" : ", in a job's <code>error</code>")}</p>
        <h2>When it comes up</h2>
        <p>{Encode(type.Cause)}</p>
        <h2>What to do</h2>
        <p>{Encode(type.Remedy)}</p>
        <p>{(type.Retryable ? "The same request can succeed later." : "Trying the same again does not help.")}</p>
        <p><a href="/problems">All problems</a></p>
        """);

    private static string Index()
    {
        var rows = new StringBuilder();
        foreach (ProblemType type in ProblemType.All.Values.OrderBy(
            type => type.Status ?? int.MaxValue).ThenBy(type => type.Name, StringComparer.Ordinal))
        {
            rows.Append("<tr><td>").Append(type.Status).Append("</td><td><a href=\"").Append(type.Uri).Append("\">")
                .Append(type.Name).Append("</a></td><td>").Append(Encode(type.Title)).Append("</td></tr>\n");
        }

        return Document("Problems", $"<table>\n{rows}</table>");
    }

    private static string Document(string title, string content) => $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{Encode(title)}}</title>
        <style>
        :root { color-scheme: light dark }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem }
        td { padding: .2rem 1rem .2rem 0; vertical-align: top }
        </style>
        </head>
        <body>
        <h1>{{Encode(title)}}</h1>
        {{content}}
        </body>
        </html>

        """;

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);

    private static async Task SendAsync(HttpContext http, string page)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(page);
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }
}
