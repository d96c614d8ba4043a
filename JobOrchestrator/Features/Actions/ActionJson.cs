using System.Text.Json;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Actions;

/// <summary>Actions as callers see them.</summary>
internal static class ActionJson
{
    /// <param name="writer">Where to.</param>
    /// <param name="action">The action.</param>
    /// <param name="caller">Who did it to a queue and why is for those who operate that queue.</param>
    public static void Write(Utf8JsonWriter writer, ActionRecord action, Caller caller)
    {
        ActionStanding standing = action.Standing;
        ActionTold told = standing.Told;
        writer.WriteStartObject();
        writer.WriteString("id"u8, standing.Id);
        writer.WriteString("action"u8, told.Action.Word());
        writer.WriteString("at"u8, told.At.UtcDateTime);
        writer.WriteString("lastAt"u8, standing.LastAt.UtcDateTime);
        writer.WriteBoolean("finished"u8, standing.IsOver);
        if (action.IsBy(caller) || caller.MayOperateAll || (told.IsOfQueue && caller.MayOperate(told.Queue!)))
        {
            writer.WriteText("by"u8, told.By);
            writer.WriteText("reason"u8, told.Reason);
        }

        writer.WriteText("q"u8, told.Query);
        writer.WriteText("queue"u8, told.Queue);
        WriteLabels(writer, told.Labels);
        if (told.Published is { Now: var kinds })
        {
            writer.WriteTexts("events"u8, Words.Of(kinds));
        }

        if (told.Matched is { } matched)
        {
            writer.WriteNumber("matched"u8, matched);
        }

        writer.WriteNumber("done"u8, standing.Done);
        WriteSkipped(writer, standing.Skipped);
        writer.WriteBoolean("undoable"u8, standing.NoUndo is null);
        writer.WriteText("notUndoable"u8, standing.NoUndo);
        WriteId(writer, "undoneBy"u8, standing.UndoneBy);
        WriteId(writer, "undoOf"u8, told.UndoOf);
        writer.WriteEndObject();
    }

    /// <summary>How many jobs were left, by the reason.</summary>
    public static void WriteSkipped(Utf8JsonWriter writer, IReadOnlyDictionary<string, int> skipped)
    {
        writer.WriteStartObject("skipped"u8);
        foreach ((string reason, int jobs) in skipped)
        {
            writer.WriteNumber(reason, jobs);
        }

        writer.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Guid? id)
    {
        if (id is { } known)
        {
            writer.WriteString(name, known);
        }
    }

    private static void WriteLabels(Utf8JsonWriter writer, IReadOnlyDictionary<string, string?>? labels)
    {
        if (labels is null)
        {
            return;
        }

        writer.WriteStartObject("labels"u8);
        foreach ((string key, string? value) in labels.OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }
}
