using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.Core;
using LocalSidecar.Apps;
using LocalSidecar.Resources;
using CallMetadata = Grpc.Core.Metadata;

namespace LocalSidecar.PubSub;

/// <summary>Gives messages to an app by the calls of Dapr's AppCallback services.</summary>
internal sealed class GrpcReceiver(
    AppTopics topics, GrpcAppChannel channel, SubscriptionDeclaration subscription, ILogger logger) : IReceiver
{
    private readonly App _app = topics.App;
    private readonly PublisherMetadata _metadata = new(topics, subscription.Topic, GrpcMetadata.CanCarry, logger);

    public bool HasOthers => _app.HasOtherInstances;

    /// <inheritdoc/>
    public async Task<Delivered> SendAsync(Message message, string path, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        TopicEventRequest request;
        CallMetadata metadata = GrpcMetadata.With(_metadata.Of(message.Metadata));
        metadata.Add("pubsubname", subscription.PubSub);
        try
        {
            var read = GrpcEvent.Read(message, subscription.IsRaw, isInBatch: false);
            request = read.ToRequest(message, subscription, path);
            if (read.IsTraced)
            {
                GrpcMetadata.AddTrace(metadata, message.TraceParent);
            }
        }
        catch (FormatException problem)
        {
            return new Delivered(DeliveryOutcome.Dropped, $"nothing, for it cannot be given the message: {problem.Message}");
        }

        (TopicEventResponse? response, Delivered failure) =
            await CallAsync(AppCallbackMethods.OnTopicEvent, request, metadata, timeout, cancellationToken);
        if (response is not null)
        {
            return Answered(response.Status);
        }

        return Unimplemented(failure) ? failure with { Outcome = DeliveryOutcome.Ignored } : failure;
    }

    /// <inheritdoc/>
    public async Task<Delivered[]> SendBatchAsync(
        IReadOnlyList<Message> messages, string path, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var delivered = new Delivered[messages.Count];
        var entries = new List<(int Index, TopicEventBulkRequestEntry Entry)>();
        bool isTraced = false;
        for (int i = 0; i < messages.Count; i++)
        {
            try
            {
                entries.Add((i, Entry(messages[i], ref isTraced)));
            }
            catch (FormatException problem)
            {
                delivered[i] = new Delivered(DeliveryOutcome.Dropped, $"nothing, for it cannot be given the message: {problem.Message}");
            }
        }

        foreach (List<(int Index, TopicEventBulkRequestEntry Entry)> part in Parts(entries))
        {
            var request = new TopicEventBulkRequest
            {
                Id = Guid.NewGuid().ToString(),
                Topic = subscription.Topic,
                PubsubName = subscription.PubSub,
                Type = "com.dapr.event.sent.bulk",
                Path = path,
                Metadata = { ["pubsubName"] = subscription.PubSub },
                Entries = { part.Select(static entry => entry.Entry) },
            };
            Dictionary<string, Delivered> named = [];
            Delivered unnamed = await SendPartAsync(request, named, isTraced, timeout, cancellationToken);
            foreach ((int index, TopicEventBulkRequestEntry entry) in part)
            {
                delivered[index] = named.GetValueOrDefault(entry.EntryId, unnamed);
            }
        }

        return delivered;
    }

    /// <param name="request">Some messages.</param>
    /// <param name="named">Takes what the app says of each.</param>
    /// <param name="isTraced">They belong to traces.</param>
    /// <param name="timeout">For each call.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What holds for those of which it says nothing.</returns>
    private async Task<Delivered> SendPartAsync(
        TopicEventBulkRequest request,
        Dictionary<string, Delivered> named,
        bool isTraced,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        Delivered failure = default;
        foreach (Method<TopicEventBulkRequest, TopicEventBulkResponse> method in
            new[] { AppCallbackMethods.OnBulkTopicEvent, AppCallbackMethods.OnBulkTopicEventAlpha1 })
        {
            CallMetadata metadata = [new("pubsubname", subscription.PubSub)];
            if (isTraced)
            {
                GrpcMetadata.AddTrace(metadata, "");
            }

            (TopicEventBulkResponse? response, failure) = await CallAsync(method, request, metadata, timeout, cancellationToken);
            foreach (TopicEventBulkResponseEntry entry in response?.Statuses ?? [])
            {
                named[entry.EntryId] = Answered(entry.Status);
            }

            if (response is not null)
            {
                return new Delivered(DeliveryOutcome.Failed, "nothing");
            }

            if (!Unimplemented(failure))
            {
                return failure;
            }
        }

        return failure with { Outcome = DeliveryOutcome.Ignored };
    }

    private TopicEventBulkRequestEntry Entry(Message message, ref bool isTraced)
    {
        var entry = new TopicEventBulkRequestEntry { EntryId = Guid.NewGuid().ToString() };
        foreach ((string name, string value) in message.Metadata)
        {
            entry.Metadata[name] = value;
        }

        if (subscription.IsRaw)
        {
            entry.Bytes = UnsafeByteOperations.UnsafeWrap(message.Bytes);
        }
        else
        {
            var read = GrpcEvent.Read(message, isRaw: false, isInBatch: true);
            entry.CloudEvent = read.ToBatchEvent();
            isTraced |= read.IsTraced;
        }

        return entry;
    }

    /// <summary>What an app takes in one call: beyond its limit it would refuse the same messages for ever.</summary>
    private IEnumerable<List<(int Index, TopicEventBulkRequestEntry Entry)>> Parts(
        List<(int Index, TopicEventBulkRequestEntry Entry)> entries)
    {
        // Room for the names around the entries.
        long max = _app.Settings.MaxBodySize - 4096;
        var part = new List<(int, TopicEventBulkRequestEntry)>();
        long size = 0;
        foreach ((int Index, TopicEventBulkRequestEntry Entry) entry in entries)
        {
            // Tag and length of an entry take up to six bytes.
            int more = entry.Entry.CalculateSize() + 6;
            if (part.Count > 0 && size + more > max)
            {
                yield return part;
                part = [];
                size = 0;
            }

            part.Add(entry);
            size += more;
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    private async Task<(TResponse? Response, Delivered Failure)> CallAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        TRequest request,
        CallMetadata metadata,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        if (_app.HasOtherInstances && !_app.Channel.IsWell)
        {
            return (null, Delivered.Unanswered);
        }

        await _app.Channel.WhenWell.WaitAsync(cancellationToken);
        return await TimeLimit.WithinAsync(
            timeout, TimeProvider.System, SendAsync, late: (null, Delivered.Unanswered), cancellationToken);

        async Task<(TResponse?, Delivered)> SendAsync(CancellationToken token)
        {
            GrpcAnswer<TResponse> answer = await channel.CallAsync(method, request, metadata, token);
            StatusCode code = answer.Status.StatusCode;
            return answer.IsUnanswered
                ? (null, Delivered.Unanswered)
                : (answer.Response, new Delivered(DeliveryOutcome.Failed, GrpcCode.NameOf(code)) { GrpcCode = (int)code });
        }
    }

    private static bool Unimplemented(Delivered failure) => failure.GrpcCode == (int)StatusCode.Unimplemented;

    private static Delivered Answered(TopicEventResponse.Types.TopicEventResponseStatus status) =>
        GrpcStatus.Read(status) with { GrpcCode = 0 };
}
