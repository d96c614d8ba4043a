using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobOrchestrator.Shards;

/// <summary>
/// The head of a shard: who holds it, how far it is, and where its documents are. Its ETag is the fence: every commit writes it,
/// so a holder that has been deposed can commit nothing. Kept small, because every commit writes it.
/// </summary>
internal sealed record Head
{
    /// <summary>Grows by one with every taking over.</summary>
    public long Epoch { get; init; }

    /// <summary>The replica that runs the shard; empty: nobody does, and whoever comes may take it.</summary>
    public string Holder { get; init; } = "";

    /// <summary>
    /// The process of that replica, for two may have one name; null: nobody's, or of a version that did not tell them apart.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Process { get; init; }

    /// <summary>Where other replicas reach the holder.</summary>
    public string Address { get; init; } = "";

    /// <summary>
    /// Until when the holder may be relied on without another commit, by its own clock. For people, and for versions that went by it: the
    /// shard is free when the head does not change.
    /// </summary>
    public DateTime LeaseEndsAt { get; init; }

    /// <summary>
    /// The time of the last commit: whoever holds the shard next goes on from there, whatever his clock says. Null: of a version without.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? Time { get; init; }

    /// <summary>Moves with every write of the head, so that a holder that has nothing to commit is seen to be there.</summary>
    public long Renewal { get; init; }

    /// <summary>Grows by one with every commit of the shard.</summary>
    public long Commit { get; init; }

    /// <summary>
    /// Unlike any other commit's, so that a commit that arrives late is never taken for another one of its number. A fence changes it and
    /// leaves the number.
    /// </summary>
    public string CommitId { get; init; } = "";

    /// <summary>Which index pages exist, by the epoch that wrote them.</summary>
    public IReadOnlyList<Span> Pages { get; init; } = [];

    /// <summary>
    /// The pages that a start has to load, as ranges [first, last, first, last …]: those with a live job, or with a key that is taken.
    /// </summary>
    public IReadOnlyList<long> LivePages { get; init; } = [];

    /// <summary>The number of the next index page.</summary>
    public long NextPage { get; init; }

    /// <summary>Which outbox documents exist, by the epoch that wrote them.</summary>
    public IReadOnlyList<Span> Outbox { get; init; } = [];

    /// <summary>The number of the next outbox document.</summary>
    public long NextOutbox { get; init; }

    /// <summary>Outbox documents before this one have been published.</summary>
    public long Published { get; init; }

    /// <summary>Bytes of all outbox documents, roughly.</summary>
    public long OutboxBytes { get; init; }

    /// <summary>How many pages list the documents of settings; their numbers begin at 0.</summary>
    public int SettingsPages { get; init; }

    /// <summary>The number of the next document of settings.</summary>
    public long NextSettings { get; init; }

    /// <summary>The first day that there is a document of hours of; null: there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? HistoryFrom { get; init; }

    /// <summary>What the shard has done so far; null: of a version that did not count.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Counts? Counts { get; init; }

    /// <summary>Of the first format: paused queues that have no document of settings yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? PausedQueues { get; init; }

    /// <summary>On a store that does not roll back: the whole batch of this commit, redone by whoever takes over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BatchEntry>? Batch { get; init; }

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, HeadJson.Relaxed.Head);

    /// <exception cref="UnreadableException">It is no head.</exception>
    public static Head Parse(ReadOnlyMemory<byte> utf8) =>
        UnreadableException.Read(
            key: null,
            utf8,
            static json => JsonSerializer.Deserialize(json.Span, HeadJson.Default.Head) ?? throw new FormatException("It is null."));
}

/// <summary>Numbers from <paramref name="From"/> up to, not including, <paramref name="To"/>, all written in one epoch.</summary>
internal readonly record struct Span(long Epoch, long From, long To);

/// <summary>One document of a batch that is kept in the head until it is written.</summary>
/// <param name="Key">The document.</param>
/// <param name="Value">Its JSON as text.</param>
/// <param name="ETag">The document's ETag before, or null for a new one.</param>
/// <param name="TtlSeconds">The store forgets it after this long.</param>
internal sealed record BatchEntry(
    string Key, [property: JsonConverter(typeof(KeptTextConverter))] string Value, string? ETag, int? TtlSeconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Head))]
internal sealed partial class HeadJson : JsonSerializerContext
{
    /// <summary>Escapes no more than it has to: a head holds a whole batch, and has to pass.</summary>
    public static HeadJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = Json.WriterOptions.Encoder,
    });
}
