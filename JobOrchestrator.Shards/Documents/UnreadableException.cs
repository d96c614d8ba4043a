using System.Text.Json;

namespace JobOrchestrator.Shards;

/// <summary>
/// A stored document is not as any version writes it: somebody else has written there, or the store has lost part of it. What it says
/// names the document and tells nothing of what stands in it, for it goes to logs and to health.
/// </summary>
/// <param name="key">The document; null: the shard's head.</param>
/// <param name="reason">Why it cannot be read, in a sentence.</param>
internal sealed class UnreadableException(string? key, string reason)
    : Exception($"{(key is null ? "The shard's head" : $"The document {key}")} cannot be read, and is left as it is: {reason}")
{
    /// <summary>The document; null: the shard's head.</summary>
    public string? Key => key;

    /// <summary>Why it cannot be read, in a sentence.</summary>
    public string Reason => reason;

    /// <summary>Reads a document.</summary>
    /// <exception cref="UnreadableException">It cannot be read.</exception>
    public static T Read<T>(string? key, ReadOnlyMemory<byte> utf8, Func<ReadOnlyMemory<byte>, T> read)
    {
        try
        {
            return read(utf8);
        }
        catch (Exception exception) when (Why(exception) is { } reason)
        {
            throw new UnreadableException(key, reason);
        }
    }

    /// <summary>
    /// What reading JSON threw, in a sentence without a word of the JSON; null: it was thrown for another reason.
    /// </summary>
    public static string? Why(Exception exception) => exception switch
    {
        JsonException { LineNumber: { } line, BytePositionInLine: { } place } =>
            $"it is not the JSON that it should be, from byte {place} of line {line} on.",
        JsonException => "it is not the JSON that it should be.",
        KeyNotFoundException => "a member is missing.",
        InvalidOperationException => "it or a member is JSON of another kind, or a text is no UTF-8.",
        FormatException or OverflowException or ArgumentException => "a member's value is none that it can have.",
        _ => null,
    };
}
