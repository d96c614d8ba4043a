using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>A document inside a head, on a store that does not roll back.</summary>
internal readonly record struct BatchDocument(string Key, byte[] Value);

/// <summary>Numbers from <paramref name="From"/> up to, not including, <paramref name="To"/>, all written in one epoch.</summary>
internal readonly record struct NumberRange(long Epoch, long From, long To);

/// <summary>A shard's head, by the ledger's own reader.</summary>
internal sealed class HeadRead
{
    private readonly byte[] _utf8;
    private int _batchAt = -1;
    private System.Range _livePages;

    private HeadRead(byte[] utf8) => _utf8 = utf8;

    public Stamp Stamp { get; private set; }

    public string Holder { get; private set; } = "";

    public string CommitId { get; private set; } = "";

    public long NextPage { get; private set; }

    public long NextOutbox { get; private set; }

    public long Published { get; private set; }

    public long OutboxBytes { get; private set; }

    /// <summary>The commit's documents stand inside.</summary>
    public bool HasBatch => _batchAt >= 0;

    public static HeadRead Read(byte[] utf8, HeadRead? before)
    {
        var head = new HeadRead(utf8);
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        while (reader.NextMember(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("epoch"u8))
            {
                head.Stamp = head.Stamp with { Epoch = reader.Whole() };
            }
            else if (name.SequenceEqual("commit"u8))
            {
                head.Stamp = head.Stamp with { Commit = reader.Whole() };
            }
            else if (name.SequenceEqual("holder"u8))
            {
                head.Holder = reader.Text(before?.Holder);
            }
            else if (name.SequenceEqual("commitId"u8))
            {
                head.CommitId = reader.Text(before?.CommitId);
            }
            else if (name.SequenceEqual("nextPage"u8))
            {
                head.NextPage = reader.Whole();
            }
            else if (name.SequenceEqual("nextOutbox"u8))
            {
                head.NextOutbox = reader.Whole();
            }
            else if (name.SequenceEqual("published"u8))
            {
                head.Published = reader.Whole();
            }
            else if (name.SequenceEqual("outboxBytes"u8))
            {
                head.OutboxBytes = reader.Whole();
            }
            else if (name.SequenceEqual("batch"u8) && reader.TokenType == JsonTokenType.StartArray)
            {
                head._batchAt = (int)reader.TokenStartIndex;
                reader.Skip();
            }
            else if (name.SequenceEqual("livePages"u8))
            {
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                head._livePages = start..(int)reader.BytesConsumed;
            }
            else
            {
                reader.Skip();
            }
        }

        return head;
    }

    /// <summary>The batch; read only when the head is a new commit.</summary>
    public List<BatchDocument> ReadBatch()
    {
        var batch = new List<BatchDocument>();
        if (_batchAt < 0)
        {
            return batch;
        }

        var reader = new Utf8JsonReader(_utf8.AsSpan(_batchAt));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            string key = "";
            byte[] value = [];
            while (reader.NextMember(out ReadOnlySpan<byte> name))
            {
                if (name.SequenceEqual("key"u8))
                {
                    key = reader.GetString()!;
                }
                else if (name.SequenceEqual("value"u8))
                {
                    byte[] copy = new byte[reader.ValueSpan.Length];
                    value = copy[..reader.CopyString(copy)];
                }
                else
                {
                    reader.Skip();
                }
            }

            batch.Add(new BatchDocument(key, value));
        }

        return batch;
    }

    /// <summary>The pages that exist.</summary>
    public List<NumberRange> ReadPages() => ReadRanges("pages");

    /// <summary>The outbox documents that exist.</summary>
    public List<NumberRange> ReadOutbox() => ReadRanges("outbox");

    /// <summary>Whether the same pages are live as in another head, by the bytes.</summary>
    public bool HasLivePagesOf(HeadRead? other) =>
        other is not null && _utf8.AsSpan(_livePages).SequenceEqual(other._utf8.AsSpan(other._livePages));

    /// <summary>The pages that a start has to load.</summary>
    public HashSet<long> ReadLivePages()
    {
        var live = new HashSet<long>();
        using var document = JsonDocument.Parse(_utf8);
        if (!document.RootElement.TryGetProperty("livePages", out JsonElement ranges))
        {
            return live;
        }

        for (int i = 0; i + 1 < ranges.GetArrayLength(); i += 2)
        {
            for (long page = (long)ranges[i].GetDouble(); page <= (long)ranges[i + 1].GetDouble(); page++)
            {
                live.Add(page);
            }
        }

        return live;
    }

    private List<NumberRange> ReadRanges(string member)
    {
        using var document = JsonDocument.Parse(_utf8);
        return document.RootElement.TryGetProperty(member, out JsonElement ranges)
            ? [.. ranges.EnumerateArray().Select(Range)]
            : [];
    }

    private static NumberRange Range(JsonElement range) => new(Number(range, "epoch"), Number(range, "from"), Number(range, "to"));

    private static long Number(JsonElement json, string name) => (long)json.GetProperty(name).GetDouble();

    public override string ToString() => Encoding.UTF8.GetString(_utf8);
}
