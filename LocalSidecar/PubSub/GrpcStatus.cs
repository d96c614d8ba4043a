using Dapr.AppCallback.Autogen.Grpc.v1;

namespace LocalSidecar.PubSub;

/// <summary>Reads what apps say of a message over gRPC, in answers and on streams.</summary>
internal static class GrpcStatus
{
    /// <summary>A status that nobody knows asks for another try, as RETRY does.</summary>
    public static Delivered Read(TopicEventResponse.Types.TopicEventResponseStatus status) => status switch
    {
        TopicEventResponse.Types.TopicEventResponseStatus.Success => new Delivered(DeliveryOutcome.Done, "SUCCESS"),
        TopicEventResponse.Types.TopicEventResponseStatus.Drop => new Delivered(DeliveryOutcome.Dropped, "DROP"),
        _ => new Delivered(DeliveryOutcome.Failed, "RETRY"),
    };
}
