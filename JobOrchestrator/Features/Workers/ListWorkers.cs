using System.Text.Json;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Workers;

/// <summary><c>GET /workers</c>: who works, and what waits that nobody asks for.</summary>
internal static class ListWorkers
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        var scope = WorkersScope.Of(ApiKeys.CallerOf(http), Query.Text(http.Request, "queue"));
        IReadOnlyList<ShardWorkers?> shards = await api.Shards.WorkersAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, WorkersAnswer.Of(shards, scope, api.Now), Write);
    }

    private static void Write(Utf8JsonWriter writer, WorkersAnswer answer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("workers"u8);
        foreach (WorkerRow row in answer.Workers)
        {
            Write(writer, row, answer.AsOf);
        }

        writer.WriteEndArray();
        writer.WriteNumber("total"u8, answer.Total);
        writer.WriteStartArray("uncovered"u8);
        foreach (UncoveredType type in answer.Uncovered)
        {
            writer.WriteStartObject();
            writer.WriteString("queue"u8, type.Queue);
            writer.WriteString("type"u8, type.Type);
            writer.WriteNumber("ready"u8, type.Ready);
            writer.WriteNumber("oldestSeconds"u8, Seconds(answer.AsOf - type.Oldest));
            writer.WriteString("since"u8, type.Since.UtcDateTime);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("watchedSince"u8, answer.WatchedSince.UtcDateTime);
        writer.WriteString("asOf"u8, answer.AsOf.UtcDateTime);
        MissingShards.Write(writer, answer.Missing);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, WorkerRow row, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteText("name"u8, row.Name);
        writer.WriteTexts("queues"u8, row.Queues);
        writer.WriteTexts("types"u8, row.Types);
        writer.WriteNumber("running"u8, row.Running);
        if (row.Slots is { } slots)
        {
            writer.WriteNumber("slots"u8, slots);
        }

        writer.WriteText("version"u8, row.Version);
        if (row.Longest is { } longest)
        {
            writer.WriteNumber("longestSeconds"u8, Seconds(now - longest.Since));
            writer.WriteString("longestJob"u8, longest.Job.Value);
        }

        writer.WriteInstant("lastAskedAt"u8, row.LastAskedAt);
        writer.WriteInstant("lastReportedAt"u8, row.LastReportedAt);
        writer.WriteBoolean("silent"u8, row.IsSilent);
        writer.WriteNumber("late15m"u8, row.Late);
        writer.WriteNumber("lost15m"u8, row.Lost);
        writer.WriteEndObject();
    }

    private static double Seconds(TimeSpan span) => Math.Max(0, Math.Round(span.TotalSeconds, 3));
}
