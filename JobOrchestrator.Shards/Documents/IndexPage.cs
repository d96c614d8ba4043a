using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>One index page: ids by arrival, and what keeps the page live.</summary>
internal sealed class IndexPage
{
    private readonly Guid[] _ids;
    private volatile int _used;
    private int _liveJobs;
    private long[]? _expiries; // by place: UTC ticks of finished jobs; 0: none, or it has gone

    /// <param name="ids">The ids so far, by place.</param>
    /// <param name="jobs">How many it has room for.</param>
    public IndexPage(Guid[] ids, int jobs)
    {
        _ids = new Guid[jobs];
        ids.CopyTo(_ids, 0);
        _used = ids.Length;
    }

    /// <summary>
    /// The ids so far; empty where a job lives in memory only. Safe for readers: a place is filled before it is counted.
    /// </summary>
    public ReadOnlySpan<Guid> Ids => _ids.AsSpan(0, _used);

    /// <summary>When the last of its finished jobs may go.</summary>
    public DateTimeOffset LatestExpiry { get; private set; }

    /// <summary>No job of it is live.</summary>
    public bool IsIdle => _liveJobs == 0;

    /// <summary>Until when a start has to load its jobs all the same, for the keys that they guard.</summary>
    public DateTimeOffset HoldUntil { get; private set; }

    /// <summary>The place of an arrival number.</summary>
    private int PlaceOf(long order) => (int)(order % _ids.Length);

    public void Add(int place, Guid id)
    {
        _ids[place] = id;
        _used = Math.Max(_used, place + 1);
    }

    public void Count(Job? before, Job after)
    {
        _liveJobs += (after.IsFinished ? 0 : 1) - (before is { IsFinished: false } ? 1 : 0);
        HoldUntil = after.IsFinished ? Later(HoldUntil, GuardsUntil(after)) : HoldUntil;
        LatestExpiry = Later(LatestExpiry, after.ExpiresAt ?? default);
        if (after is { IsFinished: true, ExpiresAt: { } expiry })
        {
            (_expiries ??= new long[_ids.Length])[PlaceOf(after.Order)] = expiry.UtcTicks;
        }
    }

    /// <summary>One of its jobs cannot be read, and nobody knows whether it is live.</summary>
    public void Keep() => _liveJobs++;

    /// <summary>When the first of its finished jobs may go; null: there is none.</summary>
    public DateTimeOffset? FirstExpiry
    {
        get
        {
            long first = long.MaxValue;
            foreach (long expiry in _expiries ?? [])
            {
                first = expiry > 0 && expiry < first ? expiry : first;
            }

            return first < long.MaxValue ? new DateTimeOffset(first, TimeSpan.Zero) : null;
        }
    }

    /// <summary>
    /// Whether its finished jobs may go as one, when the last of them may: the others are not kept much longer for that, a quarter of what
    /// is left of the last one's time or a grace.
    /// </summary>
    public bool GoesAsOne(DateTimeOffset now, TimeSpan grace) =>
        FirstExpiry is not { } first || LatestExpiry - first <= grace + (LatestExpiry - now) / 4;

    /// <summary>The places whose jobs may go by now, so many at most.</summary>
    public List<int> Expired(DateTimeOffset now, int max)
    {
        var places = new List<int>();
        for (int place = 0; place < (_expiries?.Length ?? 0) && places.Count < max; place++)
        {
            if (_expiries![place] > 0 && _expiries[place] <= now.UtcTicks)
            {
                places.Add(place);
            }
        }

        return places;
    }

    /// <summary>The ids once these places are empty.</summary>
    public Guid[] IdsWithout(IReadOnlyCollection<int> places)
    {
        Guid[] ids = Ids.ToArray();
        foreach (int place in places.Where(place => place < ids.Length))
        {
            ids[place] = Guid.Empty;
        }

        return ids;
    }

    /// <summary>The jobs of these places have gone.</summary>
    public void Empty(IReadOnlyCollection<int> places)
    {
        foreach (int place in places)
        {
            _ids[place] = Guid.Empty;
            _expiries![place] = 0;
        }
    }

    /// <summary>A job that goes on in another page.</summary>
    public void Leave(Job job) => _liveJobs -= job.IsFinished ? 0 : 1;

    public static byte[] ToUtf8(long number, IReadOnlyList<Guid> ids, DateTimeOffset? expiresAt)
    {
        using var stream = new MemoryStream(ids.Count * 40 + 64);
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("page"u8, number);
            if (expiresAt is { } expiry)
            {
                writer.WriteString("expiresAt"u8, expiry.UtcDateTime);
            }

            writer.WriteStartArray("ids"u8);
            foreach (Guid id in ids)
            {
                writer.WriteStringValue(id);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Reads a page's document: its ids by place, and when all its jobs may go (null: it was live when written).</summary>
    public static (Guid[] Ids, DateTimeOffset? ExpiresAt) Parse(ReadOnlyMemory<byte> utf8) =>
        TryParse(utf8) ?? throw new InvalidOperationException("It is a mark of a page that is gone.");

    /// <summary>The same; null: it only marks a page that was deleted.</summary>
    public static (Guid[] Ids, DateTimeOffset? ExpiresAt)? TryParse(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        if (!document.RootElement.TryGetProperty("ids"u8, out _))
        {
            return null;
        }

        Guid[] ids = [.. document.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetGuid())];
        return (ids, document.RootElement.TryGetProperty("expiresAt", out JsonElement expiry) ? expiry.GetDateTimeOffset() : null);
    }

    /// <summary>As the keys themselves do, no longer than the job is kept.</summary>
    private static DateTimeOffset GuardsUntil(Job job)
    {
        var unique = TimeSpan.FromSeconds(job.UniqueKey is null ? 0 : job.UniqueSeconds ?? 0);
        DateTimeOffset window = DateTimeOffset.MaxValue - job.CreatedAt > unique ? job.CreatedAt + unique : DateTimeOffset.MaxValue;
        DateTimeOffset until = Later(window, job.IdempotencyUntil ?? default);
        return job.ExpiresAt < until ? job.ExpiresAt.Value : until;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
