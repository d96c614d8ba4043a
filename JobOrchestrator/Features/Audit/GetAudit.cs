using System.Text.Json;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Audit;

/// <summary><c>GET /audit</c>: what each shard has accepted, begun, ended and published, and whether that adds up.</summary>
internal static class GetAudit
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        ApiKeys.CallerOf(http).RequireOperateAll();
        IReadOnlyList<ShardAudit?> shards = await api.Shards.AuditAsync(http.RequestAborted);
        if (shards.All(shard => shard is null))
        {
            // Nothing is known, which is no account.
            throw new StoreUnavailableException("No shard is held here or in reach.");
        }

        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, shards, Write);
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<ShardAudit?> shards)
    {
        writer.WriteStartObject();
        if (Holds(shards) is { } holds)
        {
            writer.WriteBoolean("holds"u8, holds);
        }

        writer.WriteStartArray("shards"u8);
        foreach (ShardAudit shard in shards.OfType<ShardAudit>())
        {
            Write(writer, shard);
        }

        writer.WriteEndArray();
        MissingShards.Write(writer, Enumerable.Range(0, shards.Count).Where(shard => shards[shard] is null));
        writer.WriteEndObject();
    }

    /// <summary>One that does not add up is enough for no; yes takes all of them. Null: what is there adds up, and some are not.</summary>
    private static bool? Holds(IReadOnlyList<ShardAudit?> shards) =>
        shards.Any(shard => shard is { Holds: false }) ? false
        : shards.Any(shard => shard is null) ? null
        : true;

    private static void Write(Utf8JsonWriter writer, ShardAudit shard)
    {
        writer.WriteStartObject();
        writer.WriteNumber("shard"u8, shard.Shard);
        writer.WriteString("since"u8, shard.Since.UtcDateTime);
        writer.WriteNumber("accepted"u8, shard.Accepted);
        writer.WriteNumber("live"u8, shard.Live);
        writer.WriteNumber("completed"u8, shard.Completed);
        writer.WriteNumber("failed"u8, shard.Failed);
        writer.WriteNumber("cancelled"u8, shard.Cancelled);
        writer.WriteNumber("died"u8, shard.Died);
        writer.WriteNumber("difference"u8, shard.Difference);
        writer.WriteNumber("started"u8, shard.Started);
        writer.WriteNumber("events"u8, shard.Events);
        writer.WriteNumber("published"u8, shard.Published);
        writer.WriteNumber("eventsDifference"u8, shard.EventsDifference);
        writer.WriteEndObject();
    }
}
