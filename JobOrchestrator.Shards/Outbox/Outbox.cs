using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>The events of one commit, as stored and as published.</summary>
/// <param name="Number">The outbox document's number.</param>
/// <param name="Epoch">The epoch that wrote it.</param>
/// <param name="Events">The events in order.</param>
internal sealed record OutboxEntry(long Number, long Epoch, IReadOnlyList<OutboxEvent> Events);

/// <summary>One event of the outbox: its CloudEvent, and what publishing and filtering need without parsing it.</summary>
internal sealed record OutboxEvent(JsonText CloudEvent, JobEventKind Kind, Guid Job, string? Owner, string Queue)
{
    /// <summary>False: its queue does not publish this kind.</summary>
    public bool IsPublished { get; init; } = true;

    /// <summary>It only says how far the job is.</summary>
    public bool IsProgress { get; init; }

    /// <summary>The events that it brings in one message; none: it is one itself.</summary>
    public IReadOnlyList<OutboxEvent> Packed { get; init; } = [];

    /// <summary>As subscribers know it: the job and the place in its sequence. It is looked for in the CloudEvent.</summary>
    public string Id
    {
        get
        {
            using var json = JsonDocument.Parse(CloudEvent.Memory);
            return json.RootElement.TryGetProperty("id"u8, out JsonElement id) ? id.ToString() : Job.ToString();
        }
    }
}

/// <summary>
/// The shard's outbox: which documents exist, how far they are published, and the newest of them in memory, so that whoever follows
/// the feed closely costs the store nothing. Changed by the commit loop after the commit that stored the change.
/// </summary>
internal sealed class Outbox
{
    private readonly Lock _lock = new(); // guards everything below: the loop appends, feed readers look
    private readonly Spans _spans;
    private readonly long _recentBytesMax;
    private readonly StoredDocuments _stored = new();
    private readonly RecentEntries _recent = new();
    private long _recentBytes;
    private readonly Queue<(long Number, DateTimeOffset At)> _unpublished = []; // one for each second in which something was stored
    private DateTimeOffset _noted = DateTimeOffset.MinValue; // when the newest of them was
    private long _publishedEvents;
    private readonly List<Signal> _followers = []; // once for each time that it follows
    private readonly long _timesFrom; // when documents before this one were written is not known
    private readonly Func<DateTimeOffset>? _now;
    private readonly PublishedTimes _publishedAt;
    private long _wholeFrom;

    /// <param name="head">The head as loaded.</param>
    /// <param name="loadedAt">When.</param>
    /// <param name="recentBytesMax">Bytes of the newest events that stay in memory; the newest commit's do in any case.</param>
    /// <param name="now">The shard's time, by which it is known when events were published; null: it is not.</param>
    public Outbox(Head head, DateTimeOffset loadedAt, long recentBytesMax, Func<DateTimeOffset>? now = null)
    {
        _now = now;
        _timesFrom = head.NextOutbox;
        _publishedAt = new PublishedTimes(head.Published);
        _recentBytesMax = recentBytesMax;
        _spans = new Spans(head.Outbox);
        Next = head.NextOutbox;
        Bytes = head.OutboxBytes;
        Published = head.Published;
        CountedFrom = head.Counts?.CountedFrom ?? head.NextOutbox;
        Owners = new OwnerEvents(head.NextOutbox);
        _publishedEvents = head.Counts?.Published ?? 0;

        // When the documents were written is not known any more: their retention starts again, at an even share of the bytes.
        List<long> numbers = [.. _spans.Numbers()];
        foreach (long number in numbers)
        {
            _stored.Add(new StoredDocument(number, loadedAt, head.OutboxBytes / numbers.Count));
        }

        if (Published < Next)
        {
            _unpublished.Enqueue((Next - 1, loadedAt));
        }
    }

    /// <summary>Events of documents before this one are in no count.</summary>
    public long CountedFrom { get; }

    /// <summary>How many events owners have behind a place.</summary>
    public OwnerEvents Owners { get; }

    /// <summary>Who reads an owner's events.</summary>
    public FeedReaders Readers { get; } = new();

    /// <summary>The number of the next document.</summary>
    public long Next { get; private set; }

    /// <summary>Bytes of all documents.</summary>
    public long Bytes { get; private set; }

    /// <summary>Documents before this one have been published. Set by the publisher, stored with the next commit.</summary>
    public long Published { get; private set; }

    public IReadOnlyList<Span> Spans
    {
        get
        {
            lock (_lock)
            {
                return _spans.ToList();
            }
        }
    }

    /// <summary>The spans once a document is added and others are deleted.</summary>
    public IReadOnlyList<Span> SpansWith(long? added, long epoch, IEnumerable<long> deleted)
    {
        lock (_lock)
        {
            var spans = new Spans(_spans.ToList());
            if (added is { } number)
            {
                spans.Add(epoch, number);
            }

            foreach (long gone in deleted)
            {
                spans.Remove(gone);
            }

            return spans.ToList();
        }
    }

    /// <summary>Published documents that are past their time or over the bound, oldest first.</summary>
    public IReadOnlyList<(long Number, long Epoch, long Bytes)> Expired(DateTimeOffset now, TimeSpan retention, long bytesMax, int max)
    {
        lock (_lock)
        {
            var expired = new List<(long, long, long)>();
            long bytes = Bytes;
            foreach ((long number, DateTimeOffset at, long size) in _stored)
            {
                if (expired.Count == max || number >= Published || (now - at < retention && bytes <= bytesMax))
                {
                    break;
                }

                expired.Add((number, _spans.EpochOf(number) ?? 0, size));
                bytes -= size;
            }

            return expired;
        }
    }

    /// <summary>A commit has stored this entry.</summary>
    public void Add(OutboxEntry entry, long bytes, DateTimeOffset at)
    {
        Owners.Add(entry, at);
        lock (_lock)
        {
            _spans.Add(entry.Epoch, entry.Number);
            _stored.Add(new StoredDocument(entry.Number, at, bytes));
            _recent.Add(entry, bytes);
            _recentBytes += bytes;

            // The newest one stays in any case: where commits are written in two steps, its document is not there yet.
            while (_recentBytes > _recentBytesMax && _recent.Count > 1)
            {
                _recentBytes -= _recent.RemoveOldest();
            }

            if (_unpublished.Count == 0 || (at - _noted).Duration() >= TimeSpan.FromSeconds(1))
            {
                _noted = at;
                _unpublished.Enqueue((entry.Number, at));
            }

            Bytes += bytes;
            Next = entry.Number + 1;
            foreach (Signal follower in _followers)
            {
                follower.Set();
            }
        }
    }

    /// <summary>
    /// A reader has been told that a document is lost or cannot be read. Whoever begins with the oldest events begins behind it from now
    /// on, and not in front of it again and again.
    /// </summary>
    public void ToldOfHole(long number)
    {
        lock (_lock)
        {
            _wholeFrom = Math.Max(_wholeFrom, number + 1);
        }
    }

    /// <summary>Sets a signal whenever there is an entry from a number on, at once where there is one; until disposed of.</summary>
    public IDisposable Follow(long from, Signal grown)
    {
        lock (_lock)
        {
            _followers.Add(grown);
            if (Next > from)
            {
                grown.Set();
            }
        }

        return new Following(this, grown);
    }

    /// <summary>A commit has deleted so many of the oldest documents.</summary>
    public void RemoveOldest(int count)
    {
        lock (_lock)
        {
            for (int i = 0; i < count; i++)
            {
                (long number, _, long bytes) = _stored.TakeOldest();
                _spans.Remove(number);
                Bytes -= bytes;
            }
        }
    }

    /// <summary>How many follow it: readers of the feed that have seen everything so far.</summary>
    public int Followers
    {
        get
        {
            lock (_lock)
            {
                return _followers.Count;
            }
        }
    }

    /// <summary>How far it is published: the number before which everything is, and how many events that are.</summary>
    public (long Before, long Events) SoFar
    {
        get
        {
            lock (_lock)
            {
                return (Published, _publishedEvents);
            }
        }
    }

    /// <summary>Everything before a number has been published.</summary>
    /// <param name="before">The number.</param>
    /// <param name="events">How many events that was since the last time, of documents from <see cref="CountedFrom"/> on.</param>
    public void MarkPublished(long before, long events = 0)
    {
        lock (_lock)
        {
            if (before > Published && _now is not null)
            {
                _publishedAt.Note(before, _now());
            }

            Published = before;
            _publishedEvents += events;
            while (_unpublished.TryPeek(out (long Number, DateTimeOffset At) oldest) && oldest.Number < before)
            {
                _unpublished.Dequeue();
            }
        }
    }

    /// <summary>By when a document was published; null: it is not, or that is not known any more.</summary>
    public DateTimeOffset? PublishedAt(long number)
    {
        lock (_lock)
        {
            return _publishedAt.Of(number);
        }
    }

    /// <summary>
    /// Where the first document is that was written at a time or after it: from the first number on, and up to the second. They differ
    /// where a former holder wrote it. What is expected and not written yet is the next one.
    /// </summary>
    public (long From, long To) WrittenFrom(DateTimeOffset at)
    {
        lock (_lock)
        {
            long first = _stored.FirstFrom(at) ?? Next;
            return (first, Math.Max(first, _timesFrom));
        }
    }

    /// <summary>For how long the oldest entry has waited to be published, to the second; zero: not worth telling.</summary>
    public TimeSpan Lag(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _unpublished.TryPeek(out (long Number, DateTimeOffset At) oldest) && oldest.At < now ? now - oldest.At : TimeSpan.Zero;
        }
    }

    /// <summary>
    /// Where a reader stands: what exists, and what is in memory from <paramref name="from"/> on, so much of it as is wanted.
    /// </summary>
    public OutboxView View(long from, int max = int.MaxValue)
    {
        lock (_lock)
        {
            IReadOnlyList<OutboxEntry> recent = _recent.From(from, max);
            long first = _spans.First ?? Next;
            return new OutboxView(first, Math.Max(first, _wholeFrom), Next, _spans.ToList(), recent);
        }
    }

    /// <summary>
    /// One document: the events as strings holding their exact text, which no re-encoding of numbers can touch, in an object, for
    /// Cosmos DB keeps any other JSON as base64.
    /// </summary>
    public static byte[] ToUtf8(OutboxEntry entry) => DocumentWriter.ToUtf8(entry, static (writer, entry) =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("events"u8);
        foreach (OutboxEvent item in entry.Events)
        {
            KeptJson.Write(writer, item.CloudEvent);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>Reads one document, also one from before they were objects; null when it only marks a deleted one.</summary>
    /// <exception cref="UnreadableException">It is neither.</exception>
    public static OutboxEntry? TryParse(string key, long number, long epoch, ReadOnlyMemory<byte> utf8) =>
        UnreadableException.Read(key, utf8, text => TryParse(number, epoch, text));

    private static OutboxEntry? TryParse(long number, long epoch, ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        JsonElement events = document.RootElement;
        if (events.ValueKind != JsonValueKind.Array && !events.TryGetProperty("events"u8, out events))
        {
            return document.RootElement.GetProperty("deleted"u8).GetBoolean() ? null : throw new FormatException("It is not deleted.");
        }

        OutboxEvent[] all = [.. events.EnumerateArray().Select(item => ParseEvent(TextOf(item)))];
        return all.Length > 0 ? new OutboxEntry(number, epoch, all) : throw new FormatException("No commit has no events.");
    }

    private static OutboxEvent ParseEvent(string text)
    {
        using var document = JsonDocument.Parse(text);
        JsonElement data = document.RootElement.GetProperty("data");
        JobEventKind kind = Words.EventKind(TextOf(document.RootElement.GetProperty("type")));
        return new OutboxEvent(
            JsonText.Of(text),
            kind,
            data.GetProperty("jobId").GetGuid(),
            data.TryGetProperty("owner", out JsonElement owner) ? owner.GetString() : null,
            TextOf(data.GetProperty("queue")))
        {
            IsPublished = !data.TryGetProperty("unpublished", out JsonElement kinds)
                || kinds.EnumerateArray().All(one => one.GetString() != Words.Of(kind)),
            IsProgress = kind == JobEventKind.Updated && IsInProgress(data, "status") && IsInProgress(data, "previousStatus"),
        };
    }

    private static bool IsInProgress(JsonElement data, string member) =>
        data.TryGetProperty(member, out JsonElement status) && status.GetString() == Words.Of(JobStatus.InProgress);

    private static string TextOf(JsonElement member) => member.GetString() ?? throw new FormatException("A text is null.");

    private void Leave(Signal follower)
    {
        lock (_lock)
        {
            _followers.Remove(follower);
        }
    }

    /// <summary>A follower, until it leaves.</summary>
    private sealed class Following(Outbox outbox, Signal follower) : IDisposable
    {
        public void Dispose() => outbox.Leave(follower);
    }
}

/// <summary>The outbox as one reader sees it.</summary>
/// <param name="First">The oldest number that exists.</param>
/// <param name="WholeFrom">The oldest number behind which no document is known to be lost or unreadable.</param>
/// <param name="Next">The number after the newest.</param>
/// <param name="Spans">Which numbers exist, by epoch.</param>
/// <param name="Recent">Those in memory from the reader's place on.</param>
internal sealed record OutboxView(long First, long WholeFrom, long Next, IReadOnlyList<Span> Spans, IReadOnlyList<OutboxEntry> Recent)
{
    /// <summary>What of it there is from a number on and before another.</summary>
    public OutboxView Between(long from, long to)
    {
        int low = 0, high = Recent.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Recent[middle].Number < from ? (middle + 1, high) : (low, middle);
        }

        return this with { Next = Math.Min(Next, to), Recent = [.. TakeUp()] };

        IEnumerable<OutboxEntry> TakeUp()
        {
            for (int at = low; at < Recent.Count && Recent[at].Number < to; at++)
            {
                yield return Recent[at];
            }
        }
    }
}
