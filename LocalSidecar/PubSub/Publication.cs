using System.Buffers;
using System.Text.Json;
using LocalSidecar.Errors;
using LocalSidecar.Json;
using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>A request of an app to publish into a topic that it may publish to: see <see cref="AppTopics.Publication"/>.</summary>
/// <param name="topics">Whose.</param>
/// <param name="pubsub">The component.</param>
/// <param name="topic">The topic.</param>
/// <param name="metadata">The request's.</param>
/// <param name="trace">The request's.</param>
internal sealed class Publication(
    AppTopics topics, string pubsub, string topic, IReadOnlyDictionary<string, string> metadata, PublisherTrace trace)
{
    public string PubSub => pubsub;

    public string Topic => topic;

    /// <summary>Whether no envelope is to be put around what is published.</summary>
    /// <exception cref="FailureException"><c>rawPayload</c> is neither true nor false.</exception>
    public bool ReadIsRaw()
    {
        if (metadata.GetValueOrDefault("rawPayload") is not { Length: > 0 } word)
        {
            return false;
        }

        return GoBoolean.TryParse(word, out bool isRaw)
            ? isRaw
            : throw new FailureException(
                PubSubFailures.Metadata(pubsub, $"rawPayload value must be a valid boolean: actual is '{word}'", metadata));
    }

    /// <summary>Publishes one message; it is durable when the task ends.</summary>
    /// <param name="data">What was published.</param>
    /// <param name="contentType">Empty counts as text.</param>
    /// <exception cref="FailureException">It was not published.</exception>
    public async Task PublishAsync(ReadOnlyMemory<byte> data, string contentType)
    {
        bool isRaw = ReadIsRaw();
        Envelope envelope = NewEnvelope();
        var output = new ByteBuffer(data.Length + 512);
        (long expiresAt, string parent) = Write(output, envelope, data.Span, contentType, metadata, isRaw);
        await PutAsync([new OutgoingMessage(output.WrittenMemory, isRaw, expiresAt, parent, metadata)]);
    }

    /// <summary>Publishes several messages in their order, all or none; they are durable when the task ends.</summary>
    /// <param name="entries">Read once; may be empty. What they throw passes, and nothing is published.</param>
    /// <param name="bytes">About how many bytes they are.</param>
    /// <exception cref="FailureException">Nothing was published.</exception>
    public async Task PublishAsync(IEnumerable<BulkEvent> entries, int bytes)
    {
        bool isRaw = ReadIsRaw();
        Envelope envelope = NewEnvelope();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var messages = new List<OutgoingMessage>();
        var ends = new List<int>();
        var output = new ByteBuffer(bytes + 512);
        foreach (BulkEvent entry in entries)
        {
            if (entry.EntryId.Length == 0 || !ids.Add(entry.EntryId))
            {
                throw new FailureException(PubSubFailures.EntryId(pubsub, topic, topics.App.Id));
            }

            (long expiresAt, string parent) = Write(output, envelope, entry.Data.Span, entry.ContentType, entry.Metadata, isRaw);
            ends.Add(output.Length);
            messages.Add(new OutgoingMessage(default, isRaw, expiresAt, parent, entry.Metadata));
        }

        // Only now does the buffer stay where it is.
        for (int i = 0; i < messages.Count; i++)
        {
            messages[i] = messages[i] with { Bytes = output.WrittenMemory[(i == 0 ? 0 : ends[i - 1])..ends[i]] };
        }

        if (messages.Count > 0)
        {
            await PutAsync([.. messages]);
        }
    }

    private async Task PutAsync(OutgoingMessage[] messages)
    {
        try
        {
            await topics.Bus.Publish(pubsub, topic, messages);
        }
        catch (IOException problem)
        {
            throw new FailureException(PubSubFailures.Publish(pubsub, topic, problem.Message));
        }
    }

    private Envelope NewEnvelope() => new(pubsub, topic, topics.App.Id, trace.Parent, trace.State, TimeProvider.System.GetLocalNow());

    /// <returns>
    /// When the message expires (milliseconds since 1970, UTC; 0 for never), and the trace that its deliveries are part of.
    /// </returns>
    private (long ExpiresAt, string TraceParent) Write(
        ByteBuffer output,
        Envelope envelope,
        ReadOnlySpan<byte> data,
        string contentType,
        IReadOnlyDictionary<string, string> of,
        bool isRaw)
    {
        DateTimeOffset expiresAt = Expiry(of, envelope.Now);
        string parent = trace.Parent;
        if (isRaw)
        {
            output.Write(data);
        }
        else if (Envelope.IsCloudEvent(contentType))
        {
            try
            {
                parent = envelope.WriteEvent(output, data, expiresAt);
            }
            catch (JsonException problem)
            {
                // Only the reader knows a line: what else is wrong is no matter of syntax.
                string text = problem.LineNumber is null ? problem.Message : GoSyntax.Describe(data);
                throw new FailureException(PubSubFailures.CloudEvent(pubsub, topics.App.Id, text));
            }
        }
        else
        {
            parent = envelope.Write(output, data, contentType, of, expiresAt);
        }

        return (expiresAt == default ? 0 : expiresAt.ToUnixTimeMilliseconds(), PublisherTrace.Valid(parent));
    }

    private static DateTimeOffset Expiry(IReadOnlyDictionary<string, string> metadata, DateTimeOffset now)
    {
        foreach ((string name, string value) in metadata)
        {
            if ((name.Equals("ttlInSeconds", StringComparison.OrdinalIgnoreCase) || name.Equals("ttl", StringComparison.OrdinalIgnoreCase))
                && GoDuration.TryParse(value, out TimeSpan duration) && duration > TimeSpan.Zero)
            {
                return now + duration;
            }
        }

        return default;
    }
}

/// <summary>The W3C trace of a request to publish.</summary>
/// <param name="Parent">May be empty.</param>
/// <param name="State">May be empty.</param>
internal readonly record struct PublisherTrace(string Parent, string State)
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef-");

    /// <summary>The text, when it is a trace as W3C writes it; else empty.</summary>
    public static string Valid(string parent) =>
        parent.Length == 55 && parent[2] == '-' && parent[35] == '-' && parent[52] == '-' && !parent.AsSpan().ContainsAnyExcept(Digits)
            ? parent
            : "";
}

/// <summary>One entry of a bulk publish.</summary>
/// <param name="EntryId">The publisher's name for it, unique in the request.</param>
/// <param name="ContentType">Empty counts as text.</param>
/// <param name="Metadata">The entry's own.</param>
/// <param name="Data">What is published.</param>
internal sealed record BulkEvent(
    string EntryId, string ContentType, IReadOnlyDictionary<string, string> Metadata, ReadOnlyMemory<byte> Data);
