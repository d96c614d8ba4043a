using System.Buffers.Text;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What the members of a stored job are called, those of the objects in it among them: in camel case, so renaming one changes what is
/// read. In the order in which they are written: of each the next one is found at once.
/// </summary>
internal enum JobMember
{
    Epoch,
    Commit,
    Id,
    Order,
    ExternalId,
    Type,
    Queue,
    Owner,
    Status,
    Input,
    State,
    Result,
    Progress,
    Error,
    Attempt,
    Failures,
    MaxRetries,
    Backoff,
    LeaseSeconds,
    TimeLimitSeconds,
    DeadlineAt,
    RunAt,
    Priority,
    Labels,
    UniqueKey,
    UniqueSeconds,
    IdempotencyKey,
    Fingerprint,
    IdempotencyUntil,
    EarlierKeys,
    CancelRequested,
    Lease,
    Attempts,
    Sequence,
    Traceparent,
    Tracestate,
    RetryOf,
    RetriedAs,
    CreatedAt,
    StartedAt,
    UpdatedAt,
    FinishedAt,
    ExpiresAt,

    // What stays of a purged one.
    PurgedAt,
    Keys,
    Deleted,

    // Of progress.
    Percent,
    Message,

    // Of an error, beside type and status.
    Title,
    Detail,

    // Of a backoff.
    Kind,
    Seconds,
    MaxSeconds,
    Jitter,

    // Of a lease and of an attempt, beside error, startedAt and expiresAt.
    Number,
    Token,
    Worker,
    CancelTold,
    StateNumber,
    EndedAt,
    Outcome,
    Heartbeats,

    // Of heartbeats.
    Count,
    LastAt,
    Gap,
}

/// <summary>
/// One object of a stored job: a pass over its text notes where the value of each member stands, and each is read when it is asked for.
/// Others are passed over; of two with one name the last counts. A member that has to be there and is not is a
/// <see cref="KeyNotFoundException"/>, JSON of another kind an <see cref="InvalidOperationException"/>, a value that it cannot have a
/// <see cref="FormatException"/>.
/// </summary>
internal readonly ref struct JobMembers
{
    /// <summary>How much room one takes.</summary>
    public const int Most = (int)JobMember.Gap + 1;

    private static readonly byte[][] Names =
        [.. Enum.GetNames<JobMember>().Select(name => System.Text.Encoding.UTF8.GetBytes(JsonNamingPolicy.CamelCase.ConvertName(name)))];

    private readonly ReadOnlySpan<byte> _json;
    private readonly ReadOnlySpan<Value> _values;
    private readonly SharedParts? _shared;

    /// <param name="json">The object, and nothing behind it.</param>
    /// <param name="room">Takes what is noted: <see cref="Most"/> of them, empty.</param>
    /// <param name="shared">Has what many jobs say alike; null: nobody shares.</param>
    /// <param name="first">The member that is looked for first.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public JobMembers(ReadOnlySpan<byte> json, Span<Value> room, SharedParts? shared = null, JobMember first = JobMember.Epoch)
    {
        _json = json;
        _values = room;
        _shared = shared;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidOperationException("It is no object.");
        }

        int next = (int)first;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int member = Find(ref reader, next);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            bool isPlain = reader is { TokenType: JsonTokenType.String, ValueIsEscaped: false };
            reader.Skip();
            if (member >= 0)
            {
                room[member] = new Value(start, (int)reader.BytesConsumed - start, isPlain);
                next = member + 1;
            }
        }

        // What stands behind it makes it no JSON.
        reader.Read();
    }

    /// <summary>Whether it has a member, if only with the value null.</summary>
    public bool Has(JobMember member) => _values[(int)member].Length > 0;

    /// <summary>The JSON of a member.</summary>
    public ReadOnlySpan<byte> Json(JobMember member)
    {
        Value value = _values[(int)member];
        return value.Length > 0 ? _json.Slice(value.Start, value.Length) : throw new KeyNotFoundException($"{member} is missing.");
    }

    public Guid Guid(JobMember member) => At(member).GetGuid();

    // What is no such number is a reader's to say why not.
    public long Int64(JobMember member) =>
        Json(member) is var json && Utf8Parser.TryParse(json, out long value, out int read) && read == json.Length
            ? value
            : At(member).GetInt64();

    public int Int32(JobMember member) =>
        Json(member) is var json && Utf8Parser.TryParse(json, out int value, out int read) && read == json.Length
            ? value
            : At(member).GetInt32();

    /// <summary>A number that can be written again.</summary>
    public double Double(JobMember member) =>
        At(member).GetDouble() is var value && double.IsFinite(value) ? value : throw new FormatException("A number is beyond bounds.");

    public DateTimeOffset Time(JobMember member) => At(member).GetDateTimeOffset();

    public string Word(JobMember member) => Text(member, isThere: true) ?? throw new FormatException("A text is null.");

    /// <summary>A word that many jobs have.</summary>
    public string SharedWord(JobMember member) => SharedText(member, isThere: true) ?? throw new FormatException("A text is null.");

    public bool IsTrue(JobMember member) => Has(member) && At(member).GetBoolean();

    public JobId? IdOrNull(JobMember member) => Has(member) ? new JobId(Guid(member)) : null;

    public int? Int32OrNull(JobMember member) => Has(member) ? Int32(member) : null;

    public double? DoubleOrNull(JobMember member) => Has(member) ? Double(member) : null;

    public DateTimeOffset? TimeOrNull(JobMember member) => Has(member) ? Time(member) : null;

    public string? TextOrNull(JobMember member) => Text(member, isThere: false);

    /// <summary>A text that many jobs have, or none.</summary>
    public string? SharedTextOrNull(JobMember member) => SharedText(member, isThere: false);

    /// <summary>A caller's JSON, which is kept as a text.</summary>
    public JsonText? KeptOrNull(JobMember member)
    {
        if (!Has(member))
        {
            return null;
        }

        ReadOnlySpan<byte> json = Json(member);
        return json[0] switch
        {
            (byte)'"' => KeptJson.Read(json, _values[(int)member].IsPlain),
            (byte)'n' => throw new FormatException("A text is null."),
            _ => throw new InvalidOperationException("A text is of another kind."),
        };
    }

    /// <summary>A reader that has come to the value of a member.</summary>
    public Utf8JsonReader At(JobMember member)
    {
        var reader = new Utf8JsonReader(Json(member));
        reader.Read();
        return reader;
    }

    private string? Text(JobMember member, bool isThere) => isThere || Has(member) ? At(member).GetString() : null;

    private string? SharedText(JobMember member, bool isThere) =>
        _shared is { } shared && _values[(int)member].IsPlain
            ? shared.Texts.Find(Json(member)) ?? shared.Texts.Add(Json(member), At(member).GetString()!)
            : Text(member, isThere);

    /// <summary>Which member a reader has come to the name of; -1: none that anybody knows.</summary>
    private static int Find(ref Utf8JsonReader reader, int from)
    {
        try
        {
            return Known(ref reader, from);
        }
        catch (InvalidOperationException) when (reader.ValueIsEscaped)
        {
            // Half a surrogate pair: no name of ours, and no reason to refuse the others.
            return -1;
        }
    }

    private static int Known(ref Utf8JsonReader reader, int from)
    {
        for (int i = from; i < Names.Length; i++)
        {
            if (reader.ValueTextEquals(Names[i]))
            {
                return i;
            }
        }

        for (int i = 0; i < from; i++)
        {
            if (reader.ValueTextEquals(Names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Where a value stands; of no length: nowhere.</summary>
    /// <param name="Start">Its first byte.</param>
    /// <param name="Length">How many they are.</param>
    /// <param name="IsPlain">It is a text without escapes.</param>
    internal readonly record struct Value(int Start, int Length, bool IsPlain);
}
