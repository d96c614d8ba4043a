using System.Net.Http.Headers;
using System.Text;
using LocalSidecar.Apps;
using LocalSidecar.Json;
using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>Gives messages to an app by HTTP requests.</summary>
internal sealed class HttpReceiver(AppTopics topics, SubscriptionDeclaration subscription, ILogger logger) : IReceiver
{
    private readonly PublisherMetadata _metadata = new(topics, subscription.Topic, CanCarry, logger);

    public bool HasOthers => topics.App.HasOtherInstances;

    /// <inheritdoc/>
    public async Task<Delivered> SendAsync(Message message, string path, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Request(
            path, subscription.IsRaw ? RawEvent.Wrap(message) : message.Bytes, "application/cloudevents+json");
        foreach ((string name, string value) in _metadata.Of(
            message.Metadata.Where(static pair => pair is not { Key: RawEvent.TraceStateKey, Value: "" })))
        {
            request.Headers.TryAddWithoutValidation(HeaderName(name), value);
        }

        if ((!message.IsRaw && !subscription.IsRaw) || message.Metadata.ContainsKey(RawEvent.TraceIdKey))
        {
            string trace = message.TraceParent.Length > 0 ? message.TraceParent : AppChannel.NoTrace;
            request.Headers.TryAddWithoutValidation("Traceparent", trace);
        }

        return await AnswerAsync(request, timeout, cancellationToken) is ({ } body, var status)
            ? Answered(status, HttpAnswer.Of(status, body))
            : Delivered.Unanswered;
    }

    /// <inheritdoc/>
    public async Task<Delivered[]> SendBatchAsync(
        IReadOnlyList<Message> messages, string path, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var delivered = new List<Delivered>(messages.Count);
        while (delivered.Count < messages.Count)
        {
            delivered.AddRange(await SendPartAsync(Part(messages, delivered.Count), path, timeout, cancellationToken));
        }

        return [.. delivered];
    }

    /// <summary>
    /// Those from a place on that go in one request, at least one: more than an app's server takes in a body it would refuse for ever.
    /// </summary>
    private List<Message> Part(IReadOnlyList<Message> messages, int from)
    {
        List<Message> part = [];
        long room = topics.App.Settings.MaxBodySize;
        foreach (Message message in messages.Skip(from))
        {
            // What stands around an entry takes less than the last number; a raw one goes as base64.
            room -= (subscription.IsRaw ? message.Bytes.Length / 3L * 4 : message.Bytes.Length)
                + message.Metadata.Sum(static pair => (long)pair.Key.Length + pair.Value.Length) + 256;
            if (room < 0 && part.Count > 0)
            {
                break;
            }

            part.Add(message);
        }

        return part;
    }

    private async Task<Delivered[]> SendPartAsync(
        List<Message> messages, string path, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        string[] ids = messages.Select(static _ => Guid.NewGuid().ToString()).ToArray();
        using HttpRequestMessage request = Request(path, Batch(messages, ids), "application/json");
        request.Headers.TryAddWithoutValidation("Traceparent", AppChannel.NoTrace);
        if (await AnswerAsync(request, timeout, cancellationToken) is not ({ } body, var status))
        {
            return [.. messages.Select(static _ => Delivered.Unanswered)];
        }

        if (status is < 200 or >= 300)
        {
            return [.. messages.Select(_ => Answered(status, HttpAnswer.Of(status, body)))];
        }

        Dictionary<string, DeliveryOutcome> named = HttpAnswer.OfBatch(body);
        return [.. ids.Select(id => Answered(status, named.GetValueOrDefault(id, DeliveryOutcome.Failed)))];
    }

    private static bool CanCarry(string name, string value) =>
        name.Length > 0
        && name.All(static character => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character))
        && value.All(static character => character is >= ' ' and <= '~');

    private static Delivered Answered(int status, DeliveryOutcome outcome) =>
        new(outcome, status == 404 ? "404" : "DROP") { HttpStatus = status };

    private HttpRequestMessage Request(string path, byte[] body, string contentType)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(topics.App.Channel.BaseUri!, path))
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        request.Headers.TryAddWithoutValidation("User-Agent", "Go-http-client/1.1");
        request.Headers.TryAddWithoutValidation("Pubsubname", subscription.PubSub);
        return request;
    }

    private byte[] Batch(List<Message> messages, string[] ids)
    {
        var buffer = new ByteBuffer(1024);
        buffer.Write("{\"entries\":["u8);
        for (int i = 0; i < messages.Count; i++)
        {
            buffer.Write(i == 0 ? "{\"entryId\":\""u8 : ",{\"entryId\":\""u8);
            buffer.WriteText(ids[i]);
            buffer.Write("\",\"event\":"u8);
            if (subscription.IsRaw)
            {
                buffer.Write((byte)'"');
                buffer.WriteText(Convert.ToBase64String(messages[i].Bytes));
                buffer.Write((byte)'"');
            }
            else
            {
                buffer.Write(messages[i].Bytes);
            }

            buffer.Write(",\"metadata\":"u8);
            GoMap.Write(buffer, messages[i].Metadata);
            buffer.Write(subscription.IsRaw
                ? ",\"contentType\":\"application/octet-stream\"}"u8
                : ",\"contentType\":\"application/cloudevents+json\"}"u8);
        }

        buffer.Write("],\"id\":\""u8);
        buffer.WriteText(Guid.NewGuid().ToString());
        buffer.Write("\",\"metadata\":{\"pubsubName\":"u8);
        GoString.Write(buffer, subscription.PubSub);
        buffer.Write("},\"pubsubname\":"u8);
        GoString.Write(buffer, subscription.PubSub);
        buffer.Write(",\"topic\":"u8);
        GoString.Write(buffer, subscription.Topic);
        buffer.Write(",\"type\":\"com.dapr.event.sent.bulk\"}"u8);
        return buffer.ToArray();
    }

    private async Task<(byte[]? Body, int Status)> AnswerAsync(
        HttpRequestMessage request, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await TimeLimit.WithinAsync(timeout, TimeProvider.System, AskAsync, late: (null, 0), cancellationToken);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            return (null, 0);
        }

        async Task<(byte[]?, int)> AskAsync(CancellationToken token)
        {
            using HttpResponseMessage response = await topics.App.Channel.SendAsync(request, token);
            return (await response.Content.ReadAsByteArrayAsync(token), (int)response.StatusCode);
        }
    }

    // Go's canonical form: capitals at the start and behind dashes, small letters elsewhere.
    private static string HeaderName(string name)
    {
        var result = new StringBuilder(name.Length);
        foreach (char character in name)
        {
            result.Append(result.Length == 0 || result[^1] == '-' ? char.ToUpperInvariant(character) : char.ToLowerInvariant(character));
        }

        return result.ToString();
    }
}
