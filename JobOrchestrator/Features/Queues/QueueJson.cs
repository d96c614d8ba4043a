using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Features.Queues;

/// <summary>A queue in numbers, as callers see it.</summary>
internal static class QueueJson
{
    public static void Write(Utf8JsonWriter writer, QueueStatistics queue)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, queue.Name);
        writer.WriteBoolean("paused"u8, queue.Paused);
        writer.WriteNumber("depth"u8, queue.Ready + queue.Scheduled);
        writer.WriteNumber("ready"u8, queue.Ready);
        writer.WriteNumber("scheduled"u8, queue.Scheduled);
        writer.WriteNumber("leased"u8, queue.InProgress);
        if (queue.OldestAge is { } age)
        {
            writer.WriteNumber("oldestAgeSeconds"u8, Math.Round(age.TotalSeconds, 3));
        }

        writer.WriteEndObject();
    }

    public static void WriteAll(Utf8JsonWriter writer, IEnumerable<QueueStatistics> queues)
    {
        writer.WriteStartArray();
        foreach (QueueStatistics queue in queues)
        {
            Write(writer, queue);
        }

        writer.WriteEndArray();
    }
}
