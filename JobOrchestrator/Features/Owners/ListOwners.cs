using System.Text.Json;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Owners;

/// <summary><c>GET /owners</c>: which service has how many jobs, and how far it has read of what became of them.</summary>
internal static class ListOwners
{
    private static readonly TimeSpan Failures = TimeSpan.FromHours(24);

    public static async Task HandleAsync(HttpContext http, Api api)
    {
        var scope = OwnersScope.Of(ApiKeys.CallerOf(http), Query.Text(http.Request, "owner"));
        IReadOnlyList<ShardOwners?> shards =
            await api.Shards.OwnersAsync(ErrorWindow.Of(Failures, api.Now), scope.Owner, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(
            http,
            (Answer: OwnersAnswer.Of(shards, api.Now), scope.WithNames),
            static (writer, told) => Write(writer, told.Answer, told.WithNames));
    }

    private static void Write(Utf8JsonWriter writer, OwnersAnswer answer, bool withNames)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("owners"u8);
        foreach (OwnerRow row in answer.Owners)
        {
            writer.WriteStartObject();
            writer.WriteString("owner"u8, row.Owner);
            writer.WriteNumber("live"u8, row.Live);
            writer.WriteNumber("failed24h"u8, row.Failed);
            writer.WriteNumber("eventsPending"u8, row.EventsPending);
            writer.WriteStartArray("readers"u8);
            foreach (ReaderRow reader in row.Readers)
            {
                Write(writer, reader, withNames);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("total"u8, answer.Total);
        writer.WriteBoolean("totalIsLowerBound"u8, answer.TotalIsLowerBound);
        writer.WriteString("watchedSince"u8, answer.WatchedSince.UtcDateTime);
        writer.WriteString("failedSince"u8, answer.FailedSince.UtcDateTime);
        writer.WriteString("asOf"u8, answer.AsOf.UtcDateTime);
        MissingShards.Write(writer, answer.Missing);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReaderRow reader, bool withNames)
    {
        writer.WriteStartObject();
        writer.WriteText("queue"u8, reader.Queue);
        writer.WriteBoolean("isOwner"u8, reader.IsOwner);
        writer.WriteText("by"u8, withNames ? reader.Name : null);
        writer.WriteString("lastReadAt"u8, reader.LastReadAt.UtcDateTime);
        if (reader is { ReadUpTo: { } upTo, Behind: { } behind })
        {
            writer.WriteString("readUpTo"u8, upTo.UtcDateTime);
            writer.WriteNumber("secondsBehind"u8, Math.Round(behind.TotalSeconds, 3));
        }

        writer.WriteNumber("eventsBehind"u8, reader.EventsBehind);
        writer.WriteBoolean("behindIsLowerBound"u8, reader.IsLowerBound);
        writer.WriteBoolean("expired"u8, reader.IsExpired);
        writer.WriteEndObject();
    }
}
