using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Settings as they are stored: one document a name, and pages that list the documents. Both carry the epoch and commit that they are of,
/// by which an unfinished commit is recognised. Fields are only ever added; unknown ones are ignored.
/// </summary>
internal static class SettingsDocument
{
    /// <summary>The kind of a queue's settings, in the key.</summary>
    public const string Queue = "queue";

    public static void Write(Utf8JsonWriter writer, QueueSettings settings, long epoch, long commit)
    {
        writer.WriteStartObject();
        writer.WriteNumber("epoch"u8, epoch);
        writer.WriteNumber("commit"u8, commit);
        writer.WriteString("name"u8, settings.Name);
        writer.WriteBoolean("paused"u8, settings.Paused);
        if (settings.Pause is { } pause)
        {
            writer.WriteString("pausedAt"u8, pause.Since.UtcDateTime);
            writer.WriteText("pausedBy"u8, pause.By);
            writer.WriteText("pauseReason"u8, pause.Reason);
        }

        if (settings.Unpublished != EventKinds.None)
        {
            writer.WriteTexts("unpublished"u8, Words.Of(settings.Unpublished));
        }

        writer.WriteEndObject();
    }

    public static QueueSettings Read(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        JsonElement root = document.RootElement;
        return new QueueSettings
        {
            Name = root.GetProperty("name").GetString()!,
            Paused = root.TryGetProperty("paused", out JsonElement paused) && paused.GetBoolean(),
            Pause = root.TryGetProperty("pausedAt", out JsonElement since)
                ? new QueuePause(since.GetDateTimeOffset(), Text(root, "pausedBy"), Text(root, "pauseReason"))
                : null,
            Unpublished = root.TryGetProperty("unpublished", out JsonElement kinds)
                ? EventKindSets.Of(kinds.EnumerateArray().Select(kind => Words.EventKindOf(kind.GetString()!)).OfType<JobEventKind>())
                : EventKinds.None,
        };
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;

    /// <summary>Writes a page.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="documents">What it lists, as <see cref="Keys.SettingsPart"/> names them.</param>
    /// <param name="epoch">The commit's epoch.</param>
    /// <param name="commit">The commit.</param>
    public static void WritePage(Utf8JsonWriter writer, IEnumerable<string> documents, long epoch, long commit)
    {
        writer.WriteStartObject();
        writer.WriteNumber("epoch"u8, epoch);
        writer.WriteNumber("commit"u8, commit);
        writer.WriteTexts("documents"u8, documents);
        writer.WriteEndObject();
    }

    /// <summary>What a page lists.</summary>
    public static IReadOnlyList<string> ReadPage(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        return [.. document.RootElement.GetProperty("documents").EnumerateArray().Select(item => item.GetString()!)];
    }
}
