using System.Reflection;
using System.Text.Json;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Replicas;

/// <summary><c>GET /replicas</c>: who holds which shard, and how fast it commits.</summary>
internal static class ListReplicas
{
    private static readonly string? Version = typeof(ListReplicas).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    public static async Task HandleAsync(HttpContext http, Api api)
    {
        ApiKeys.CallerOf(http).RequireOperateAll();
        IReadOnlyList<ShardStanding?> standings = await api.Shards.StandingsAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, (standings, api.Now), static (writer, told) => Write(writer, told.standings, told.Now));
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<ShardStanding?> standings, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("replicas"u8);
        foreach (ReplicaSum replica in ReplicaSum.Of(standings))
        {
            Write(writer, replica);
        }

        writer.WriteEndArray();
        MissingShards.Write(writer, Enumerable.Range(0, standings.Count).Where(shard => standings[shard] is null));
        if (standings.OfType<ShardStanding>().FirstOrDefault() is { } any)
        {
            writer.WriteText("storeType"u8, any.StoreType.Length > 0 ? any.StoreType : null);
            writer.WriteString("transactions"u8, any.TwoStep ? "does not roll back"u8 : "rolls back"u8);
        }

        writer.WriteString("asOf"u8, now.UtcDateTime);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReplicaSum replica)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, replica.Name);

        // There is but one so far, and this is it.
        writer.WriteText("version"u8, Version);
        writer.WriteNumber("memoryBytes"u8, GC.GetTotalMemory(forceFullCollection: false));
        writer.WriteString("since"u8, replica.Since.UtcDateTime);
        writer.WriteNumber("live"u8, replica.Shards.Sum(shard => shard.Live));
        writer.WriteNumber("waiting"u8, replica.Shards.Sum(shard => shard.Waiting));
        writer.WriteStartObject("commits"u8);
        writer.WriteNumber("perSecond"u8, Math.Round(replica.Commits / ShardStanding.Window.TotalSeconds, 3));
        Write(writer, "p50Seconds"u8, replica.CommitQuantile(0.5));
        Write(writer, "p99Seconds"u8, replica.CommitQuantile(0.99));
        writer.WriteEndObject();
        writer.WriteStartObject("outbox"u8);
        writer.WriteNumber("pending"u8, replica.Shards.Sum(shard => shard.EventsPending));
        writer.WriteNumber("oldestSeconds"u8, Math.Round(replica.EventsOldest.TotalSeconds, 3));
        writer.WriteEndObject();
        writer.WriteStartArray("shards"u8);
        foreach (ShardStanding shard in replica.Shards)
        {
            writer.WriteStartObject();
            writer.WriteNumber("shard"u8, shard.Shard);
            writer.WriteNumber("epoch"u8, shard.Epoch);
            writer.WriteString("since"u8, shard.Since.UtcDateTime);
            writer.WriteNumber("live"u8, shard.Live);
            writer.WriteNumber("eventsPending"u8, shard.EventsPending);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, double? seconds)
    {
        if (seconds is { } known)
        {
            writer.WriteNumber(name, Math.Round(known, 6));
        }
    }
}
