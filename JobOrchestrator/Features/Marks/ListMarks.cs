using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Marks;

/// <summary><c>GET /marks</c>: what happened when.</summary>
internal static class ListMarks
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36);

    public static Task HandleAsync(HttpContext http, Api api, MarkBook marks)
    {
        DateTimeOffset now = api.Now;
        DateTimeOffset to = Query.InstantOrAge(http.Request, "to", now, Longest) ?? now.AddTicks(1);
        DateTimeOffset from = Query.InstantOrAge(http.Request, "from", now, Longest) ?? DateTimeOffset.MinValue;
        http.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.SendAsync(http, marks.Read(from, to, ApiKeys.CallerOf(http)), static (writer, read) =>
        {
            writer.WriteStartObject();
            MarkJson.WriteAll(writer, read);
            writer.WriteEndObject();
        });
    }
}
