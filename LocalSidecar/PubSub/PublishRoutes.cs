using System.Text.Json;
using LocalSidecar.Hosting;
using LocalSidecar.Http;
using LocalSidecar.Json;
using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>The publish API of one sidecar.</summary>
internal sealed class PublishRoutes(Sidecar sidecar)
{
    /// <summary>Answers, or returns null when the path or verb is not of this API.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="target">Its path and query.</param>
    /// <param name="method">Its verb.</param>
    /// <param name="rest">What stands in the path behind <c>publish/</c>.</param>
    public Task? Route(HttpContext context, in RequestTarget target, string method, ReadOnlySpan<char> rest)
    {
        var isBulk = rest.StartsWith("bulk/");
        rest = isBulk ? rest[5..] : rest;
        var slash = rest.IndexOf('/');
        if (slash <= 0 || !(HttpMethods.IsPost(method) || HttpMethods.IsPut(method)))
        {
            return null;
        }

        var pubsub = RequestTarget.Decode(rest[..slash]);
        var topic = RequestTarget.Decode(rest[(slash + 1)..]);
        var metadata = target.Metadata();
        if (!sidecar.PubSubs.TryGetValue(pubsub, out var scopes))
        {
            throw new ApiException(PubSubErrors.NotFound(pubsub, metadata));
        }

        if (!scopes.MayPublish(topic))
        {
            throw new ApiException(PubSubErrors.Forbidden(pubsub, topic, sidecar.AppId));
        }

        return isBulk ? PublishMany(context, pubsub, topic, metadata) : PublishOne(context, pubsub, topic, metadata);
    }

    private async Task PublishOne(HttpContext context, string pubsub, string topic, Dictionary<string, string> metadata)
    {
        using var body = await RequestBody.ReadAsync(context, sidecar.Settings.MaxBodySize)
            ?? throw new ApiException(PubSubErrors.Publish(pubsub, topic, "stream too large"));
        var isRaw = IsRaw(pubsub, metadata);
        var envelope = EnvelopeFor(context, pubsub, topic);
        var output = new ByteBuffer(body.Span.Length + 512);
        var expiresAt = Write(output, envelope, body.Span, context.Request.ContentType ?? "", metadata, isRaw);
        await PublishAsync(pubsub, topic, [new OutgoingMessage(output.WrittenMemory, isRaw, expiresAt, envelope.TraceParent, metadata)]);
        Answer.Empty(context);
    }

    private async Task PublishMany(HttpContext context, string pubsub, string topic, Dictionary<string, string> metadata)
    {
        var isRaw = IsRaw(pubsub, metadata);
        using var body = await RequestBody.ReadAsync(context, sidecar.Settings.MaxBodySize)
            ?? throw new ApiException(PubSubErrors.Events(pubsub, topic, sidecar.AppId, "UNMARSHAL_EVENTS", "stream too large"));
        var envelope = EnvelopeFor(context, pubsub, topic);
        var messages = BulkEntries(body.Span, envelope, isRaw);
        if (messages.Length > 0)
        {
            await PublishAsync(pubsub, topic, messages);
        }

        Answer.Empty(context);
    }

    private OutgoingMessage[] BulkEntries(ReadOnlySpan<byte> body, Envelope envelope, bool isRaw)
    {
        try
        {
            var entries = BulkEntry.Read(body);
            var ids = new HashSet<string>(StringComparer.Ordinal);
            var messages = new OutgoingMessage[entries.Count];
            var output = new ByteBuffer(body.Length + (entries.Count * 256));
            var ends = new int[entries.Count];
            for (var i = 0; i < entries.Count; i++)
            {
                var entry = entries[i];
                var data = entry.Data(body, out var problem);
                if (problem is not null)
                {
                    throw Refused("MARSHAL_ENVELOPE", problem);
                }

                if (entry.EntryId.Length == 0 || !ids.Add(entry.EntryId))
                {
                    throw Refused("MARSHAL_EVENTS", "entryId is duplicated or not present for entry");
                }

                var expiresAt = Write(output, envelope, data, entry.ContentType, entry.Metadata, isRaw);
                ends[i] = output.Length;
                messages[i] = new OutgoingMessage(default, isRaw, expiresAt, envelope.TraceParent, entry.Metadata);
            }

            for (var i = 0; i < messages.Length; i++)
            {
                messages[i] = messages[i] with { Bytes = output.WrittenMemory[(i == 0 ? 0 : ends[i - 1])..ends[i]] };
            }

            return messages;
        }
        catch (JsonException problem)
        {
            throw Refused("UNMARSHAL_EVENTS", problem is BulkEntryException ? problem.Message : GoSyntax.Describe(body));
        }

        ApiException Refused(string reason, string problem) =>
            new(PubSubErrors.Events(envelope.PubSub, envelope.Topic, sidecar.AppId, reason, problem));
    }

    private async Task PublishAsync(string pubsub, string topic, OutgoingMessage[] messages)
    {
        try
        {
            await sidecar.Bus.Publish(pubsub, topic, messages);
        }
        catch (IOException problem)
        {
            throw new ApiException(PubSubErrors.Publish(pubsub, topic, problem.Message));
        }
    }

    private Envelope EnvelopeFor(HttpContext context, string pubsub, string topic) => new(
        pubsub, topic, sidecar.AppId, Answer.TraceOf(context), context.Request.Headers.TraceState.ToString(), TimeProvider.System.GetLocalNow());

    private long Write(ByteBuffer output, Envelope envelope, ReadOnlySpan<byte> data, string contentType, IReadOnlyDictionary<string, string> metadata, bool isRaw)
    {
        var expiresAt = Expiry(metadata, envelope.Now);
        if (isRaw)
        {
            output.Write(data);
        }
        else if (Envelope.IsCloudEvent(contentType))
        {
            try
            {
                envelope.WriteEvent(output, data, expiresAt);
            }
            catch (JsonException problem)
            {
                throw new ApiException(PubSubErrors.CloudEvent(envelope.PubSub, sidecar.AppId, problem.Message));
            }
        }
        else
        {
            envelope.Write(output, data, contentType, metadata, expiresAt);
        }

        return expiresAt == default ? 0 : expiresAt.ToUnixTimeMilliseconds();
    }

    private static DateTimeOffset Expiry(IReadOnlyDictionary<string, string> metadata, DateTimeOffset now)
    {
        foreach (var (name, value) in metadata)
        {
            if ((name.Equals("ttlInSeconds", StringComparison.OrdinalIgnoreCase) || name.Equals("ttl", StringComparison.OrdinalIgnoreCase))
                && GoDuration.TryParse(value, out var duration) && duration > TimeSpan.Zero)
            {
                return now + duration;
            }
        }

        return default;
    }

    private static bool IsRaw(string pubsub, Dictionary<string, string> metadata)
    {
        if (metadata.GetValueOrDefault("rawPayload") is not { Length: > 0 } word)
        {
            return false;
        }

        return GoBoolean.TryParse(word, out var isRaw)
            ? isRaw
            : throw new ApiException(PubSubErrors.Metadata(pubsub, $"rawPayload value must be a valid boolean: actual is '{word}'", metadata));
    }
}
