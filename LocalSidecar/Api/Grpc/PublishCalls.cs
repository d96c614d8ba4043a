using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LocalSidecar.Errors;
using LocalSidecar.PubSub;

namespace LocalSidecar.Api.Grpc;

/// <summary>The publish API of one sidecar over gRPC.</summary>
internal sealed class PublishCalls(Sidecar sidecar)
{
    private static readonly Empty Nothing = new();

    public async Task<Empty> PublishAsync(PublishEventRequest request, ServerCallContext call)
    {
        PublisherTrace trace = CallTrace.Of(call);
        Publication publication = Begin(request.PubsubName, request.Topic, request.Metadata, trace);
        if (publication.ReadIsRaw())
        {
            // Where there is no envelope for the trace it goes along as metadata, empty ones too; of a bulk it does not.
            var metadata = new Dictionary<string, string>(request.Metadata)
            {
                [RawEvent.TraceIdKey] = trace.Parent,
                [RawEvent.TraceStateKey] = trace.State,
            };
            publication = Begin(request.PubsubName, request.Topic, metadata, trace);
        }

        await publication.PublishAsync(request.Data.Memory, request.DataContentType);
        return Nothing;
    }

    public async Task<BulkPublishResponse> PublishBulkAsync(BulkPublishRequest request, ServerCallContext call)
    {
        Publication publication = Begin(request.PubsubName, request.Topic, request.Metadata, CallTrace.Of(call));
        int bytes = request.Entries.Sum(static entry => entry.Event.Length);
        await publication.PublishAsync(request.Entries.Select(entry => Event(entry, request.Metadata)), bytes);
        return new BulkPublishResponse();
    }

    private Publication Begin(string pubsub, string topic, IDictionary<string, string> metadata, PublisherTrace trace)
    {
        if (pubsub.Length == 0)
        {
            throw new FailureException(PubSubFailures.EmptyName());
        }

        return topic.Length > 0
            ? sidecar.Topics.Publication(pubsub, topic, new Dictionary<string, string>(metadata), trace)
            : throw new FailureException(PubSubFailures.EmptyTopic(pubsub));
    }

    /// <summary>The request's metadata go to those entries only that have some of their own, which win.</summary>
    private static BulkEvent Event(BulkPublishRequestEntry entry, IDictionary<string, string> ofRequest)
    {
        var metadata = new Dictionary<string, string>(entry.Metadata);
        if (metadata.Count > 0)
        {
            foreach ((string name, string value) in ofRequest)
            {
                metadata.TryAdd(name, value);
            }
        }

        return new BulkEvent(entry.EntryId, entry.ContentType, metadata, entry.Event.Memory);
    }
}
