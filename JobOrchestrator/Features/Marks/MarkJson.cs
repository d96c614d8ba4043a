using System.Text.Json;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Marks;

/// <summary>Marks as JSON.</summary>
internal static class MarkJson
{
    /// <summary>A member of an object.</summary>
    public static void WriteAll(Utf8JsonWriter writer, IReadOnlyList<Mark> marks)
    {
        writer.WriteStartArray("marks"u8);
        foreach (Mark mark in marks)
        {
            Write(writer, mark);
        }

        writer.WriteEndArray();
    }

    /// <summary>One.</summary>
    public static void Write(Utf8JsonWriter writer, Mark mark)
    {
        writer.WriteStartObject();
        writer.WriteString("at"u8, mark.At.UtcDateTime);
        writer.WriteString("kind"u8, WordOf(mark.Kind));
        writer.WriteString("text"u8, mark.Text);
        writer.WriteText("by"u8, mark.By);
        writer.WriteText("queue"u8, mark.Queue);
        writer.WriteEndObject();
    }

    private static ReadOnlySpan<byte> WordOf(MarkKind kind) => kind switch
    {
        MarkKind.Mark => "mark"u8,
        MarkKind.Pause => "pause"u8,
        MarkKind.Resume => "resume"u8,
        MarkKind.Action => "action"u8,
        MarkKind.Version => "version"u8,
    };
}
