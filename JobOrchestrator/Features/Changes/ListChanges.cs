using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Changes;

/// <summary><c>GET /jobs/{id}/changes</c>: a job's events that are still in the feed, and what became of each at the broker.</summary>
internal static class ListChanges
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        string? cursor = Query.Text(http.Request, "cursor");
        if (await api.FindOrAnswerAsync(http) is not { } job)
        {
            return;
        }

        JobChangesPage page;
        try
        {
            page = await api.Shards.ChangesAsync(job, cursor, http.RequestAborted);
        }
        catch (FormatException)
        {
            throw Query.Malformed("cursor", "a cursor from an earlier page");
        }

        NextPage.Link(http, page.Cursor);
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, (job, page, api.Now), static (writer, told) => Write(writer, told.job, told.page, told.Now));
    }

    private static void Write(Utf8JsonWriter writer, Job job, JobChangesPage page, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteString("jobId"u8, job.Id.Value);
        writer.WriteNumber("sequence"u8, job.Sequence);
        writer.WriteStartArray("changes"u8);
        foreach (JobChange change in page.Changes)
        {
            writer.WriteStartObject();
            writer.WriteNumber("sequence"u8, change.Sequence);
            writer.WriteString("type"u8, Words.EventType(change.Kind));
            writer.WriteString("occurredAt"u8, change.At.UtcDateTime);
            writer.WriteString("publication"u8, WordOf(change.Publication));
            if (change.PublishedAt is { } published)
            {
                writer.WriteString("publishedAt"u8, published.UtcDateTime);
            }

            writer.WritePropertyName("event"u8);
            writer.WriteRawValue(change.CloudEvent.Utf8, skipInputValidation: true);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteText("next"u8, page.Cursor);
        writer.WriteString("asOf"u8, now.UtcDateTime);
        writer.WriteEndObject();
    }

    private static string WordOf(Publication publication) => publication switch
    {
        Publication.Waiting => "waiting",
        Publication.Taken => "taken",
        Publication.Refused => "refused",
        Publication.None => "none",
        Publication.Coalesced => "coalesced",
    };
}
