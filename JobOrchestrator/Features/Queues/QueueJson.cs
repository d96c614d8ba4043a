using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Queues;

/// <summary>A queue in numbers, as callers see it.</summary>
internal static class QueueJson
{
    /// <param name="writer">Where to.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="caller">Who paused it and why is for those who operate it.</param>
    public static void Write(Utf8JsonWriter writer, QueueStatistics queue, Caller caller)
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

        if (queue.Pause is { } pause)
        {
            writer.WriteString("pausedAt"u8, pause.Since.UtcDateTime);
            if (caller.MayOperate(queue.Name))
            {
                writer.WriteText("pausedBy"u8, pause.By);
                writer.WriteText("pauseReason"u8, pause.Reason);
            }
        }

        if (queue.Unpublished != EventKinds.None)
        {
            writer.WriteTexts("events"u8, Words.Of(~queue.Unpublished));
        }

        writer.WriteEndObject();
    }

    public static void WriteAll(Utf8JsonWriter writer, IEnumerable<QueueStatistics> queues, Caller caller)
    {
        writer.WriteStartArray();
        foreach (QueueStatistics queue in queues)
        {
            Write(writer, queue, caller);
        }

        writer.WriteEndArray();
    }
}
