using System.Text.Json;

namespace JobOrchestrator.Http;

/// <summary>What an answer that all shards give together says of those that nobody holds: it leaves their part out.</summary>
internal static class MissingShards
{
    /// <summary>Writes the member <c>missing</c>.</summary>
    /// <param name="writer">Within the answer's object.</param>
    /// <param name="shards">Their numbers, ascending.</param>
    public static void Write(Utf8JsonWriter writer, IEnumerable<int> shards)
    {
        writer.WriteStartArray("missing"u8);
        foreach (int shard in shards)
        {
            writer.WriteNumberValue(shard);
        }

        writer.WriteEndArray();
    }
}
