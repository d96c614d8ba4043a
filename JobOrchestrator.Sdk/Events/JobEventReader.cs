using System.Collections.ObjectModel;
using System.Text.Json;

namespace JobOrchestrator.Sdk;

/// <summary>From what comes over the wire to <see cref="JobEvent"/>.</summary>
internal static class JobEventReader
{
    // Longer ones fit no TimeSpan: they were never measured.
    private static readonly double DurationMax = TimeSpan.MaxValue.TotalSeconds;

    /// <summary>The envelope of the feed and of the broker; null when it is not about a job.</summary>
    public static JobEvent? FromEnvelope(FeedEvent envelope, JobEventSource source) =>
        envelope.Data is { } data && FromData(data, KindOf(envelope.Type), source) is { } jobEvent
            ? jobEvent with { Traceparent = TraceText(envelope.Traceparent), Tracestate = TraceText(envelope.Tracestate) }
            : null;

    /// <summary>An event of the feed; null when it is not about a job.</summary>
    /// <exception cref="JsonException">It is not of that shape, or too deep.</exception>
    public static JobEvent? FromFeed(JsonElement envelope) =>
        envelope.Deserialize(WireJson.Wire.FeedEvent) is { } read ? FromEnvelope(read, JobEventSource.Feed) : null;

    /// <summary>Which event this is, of one that cannot be read; no job when it does not say.</summary>
    public static (string? JobId, long Sequence) NameOf(JsonElement envelope)
    {
        try
        {
            JsonElement data = envelope.GetProperty("data"u8);
            return data.GetProperty("jobId"u8).GetString() is { } jobId && IsJobId(jobId)
                && data.GetProperty("sequence"u8).TryGetInt64(out long sequence) && sequence >= 1
                ? (jobId, sequence)
                : default;
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException)
        {
            return default;
        }
    }

    /// <summary>The beginning of what it says, for people.</summary>
    public static string ShortTextOf(JsonElement envelope)
    {
        string text = envelope.GetRawText();
        return new string([.. text.Take(ShownMax).Select(one => char.IsControl(one) ? ' ' : one)]) + (text.Length > ShownMax ? " …" : "");
    }

    private const int ShownMax = 200;

    // Far more than an id has. Anybody may publish to a topic, and what was handled is remembered by it, a line for each.
    private const int JobIdMax = 200;

    /// <summary>
    /// A delivery of the sidecar: the envelope, or its data alone where the application unwraps it (<c>UseCloudEvents</c>). A message that
    /// brings several events has them in its data, each with an envelope of its own.
    /// </summary>
    /// <returns>The events; null among them: it is not about a job, or cannot be read.</returns>
    /// <exception cref="JsonException">The body is not JSON of that shape.</exception>
    public static async Task<IReadOnlyList<JobEvent?>> FromDeliveryAsync(Stream body, bool isEnvelope, CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        await body.CopyToAsync(whole, cancellationToken);
        ReadOnlyMemory<byte> utf8 = whole.GetBuffer().AsMemory(0, (int)whole.Length);
        if (MayBePacked(utf8.Span, isEnvelope))
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = WireJson.Wire.Options.MaxDepth });
            if (PackedIn(document.RootElement, isEnvelope) is { } packed)
            {
                return [.. packed.EnumerateArray().Select(FromPack)];
            }
        }

        if (isEnvelope)
        {
            FeedEvent? envelope = JsonSerializer.Deserialize(utf8.Span, WireJson.Wire.FeedEvent);
            return [envelope is null ? null : FromEnvelope(envelope, JobEventSource.Broker)];
        }

        JobEventData? data = JsonSerializer.Deserialize(utf8.Span, WireJson.Wire.JobEventData);
        return [data is null ? null : FromData(data, null, JobEventSource.Broker)];
    }

    /// <summary>The CloudEvent's type of a message that brings several events.</summary>
    private static ReadOnlySpan<byte> PackType => "com.joborchestrator.events.v1"u8;

    private static bool MayBePacked(ReadOnlySpan<byte> utf8, bool isEnvelope) => isEnvelope
        ? utf8.IndexOf(PackType) >= 0
        : utf8.TrimStart(" \t\r\n"u8).StartsWith("["u8);

    private static JsonElement? PackedIn(JsonElement root, bool isEnvelope)
    {
        if (!isEnvelope)
        {
            return root;
        }

        return root.ValueKind == JsonValueKind.Object
            && root.TryGetProperty("type"u8, out JsonElement type) && type.ValueKind == JsonValueKind.String && type.ValueEquals(PackType)
            && root.TryGetProperty("data"u8, out JsonElement data) && data.ValueKind == JsonValueKind.Array
            ? data
            : null;
    }

    private static JobEvent? FromPack(JsonElement envelope)
    {
        try
        {
            return envelope.Deserialize(WireJson.Wire.FeedEvent) is { } read ? FromEnvelope(read, JobEventSource.Broker) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // The others of the message are none the worse for it.
            return null;
        }
    }

    private static JobEvent? FromData(JobEventData data, JobEventKind? kind, JobEventSource source) =>
        data.JobId is not { } jobId || !IsJobId(jobId) || data.Sequence < 1 || !HasTextsOfOurs(data) ? null : new JobEvent
        {
            Kind = kind ?? KindOf(data),
            JobId = jobId,
            Sequence = data.Sequence,
            Source = source,
            Owner = data.Owner,
            Type = data.Type,
            Queue = data.Queue,
            Labels = data.Labels ?? ReadOnlyDictionary<string, string>.Empty,
            Status = data.Status,
            PreviousStatus = data.PreviousStatus,
            Attempt = data.Attempt,
            Progress = data.Progress,
            OccurredAt = data.OccurredAt,
            Duration = data.DurationSeconds is { } seconds and >= 0 && seconds < DurationMax ? TimeSpan.FromSeconds(seconds) : null,
            Error = data.Error,
            IsUnpublished = IsIn(data.Unpublished, kind ?? KindOf(data)),
            IsFirstLeftOut = IsIn(data.Unpublished, JobEventKind.Created),
            IsCoalesced = data.Coalesced,
            AreUpdatesLeftOut = data.Coalesced || IsIn(data.Unpublished, JobEventKind.Updated),
            PayloadUri = Uri.TryCreate(data.PayloadUri, UriKind.RelativeOrAbsolute, out Uri? uri) ? uri : null,
        };

    /// <summary>Four times what the orchestrator lets through: events are held, and kept by who hears them, and may be many.</summary>
    private const int TextMax = 4_096;

    private const int LabelsMax = 4 * LabelRules.CountMax;

    private const int TraceTextMax = 512;

    private static bool HasTextsOfOurs(JobEventData data) =>
        new[] { data.Type, data.Queue, data.Progress?.Message, data.Error?.Title, data.Error?.Type, data.PayloadUri }
            .All(text => text is null || text.Length <= TextMax)
        && (data.Labels is null || (data.Labels.Count <= LabelsMax && data.Labels.All(
            label => label is { Key.Length: <= TextMax, Value.Length: <= TextMax })));

    private static bool IsIn(IReadOnlyList<string>? words, JobEventKind kind) => words?.Any(word => KindOf(word) == kind) == true;

    private static bool IsJobId(string jobId) => jobId.Length is > 0 and <= JobIdMax && !jobId.Any(char.IsControl);

    /// <summary>An event is held and may be many: what no trace has is left out.</summary>
    private static string? TraceText(string? text) => text is { Length: > 0 and <= TraceTextMax } ? text : null;

    /// <summary>By the last word of <c>job.created</c>; names before it are configurable.</summary>
    private static JobEventKind? KindOf(string? type) => type?[(type.LastIndexOf('.') + 1)..] switch
    {
        "created" => JobEventKind.Created,
        "updated" => JobEventKind.Updated,
        "completed" => JobEventKind.Completed,
        "failed" => JobEventKind.Failed,
        "cancelled" => JobEventKind.Cancelled,
        _ => null,
    };

    /// <summary>What the data alone tells: a final status is the event of that name, and only a new job comes from nowhere.</summary>
    private static JobEventKind KindOf(JobEventData data) => data.Status switch
    {
        JobStatus.Completed => JobEventKind.Completed,
        JobStatus.Failed => JobEventKind.Failed,
        JobStatus.Cancelled => JobEventKind.Cancelled,
        JobStatus.New or JobStatus.InProgress or null => data.PreviousStatus is null ? JobEventKind.Created : JobEventKind.Updated,
    };
}
