using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace LocalSidecar.Apps;

/// <summary>
/// What a sidecar calls in an app that speaks gRPC. Dapr.Protos has the messages of these services and bases for
/// servers, but no clients.
/// </summary>
internal static class AppCallbackMethods
{
    private const string AppCallback = "dapr.proto.runtime.v1.AppCallback";

    public static readonly Method<Empty, ListTopicSubscriptionsResponse> ListTopicSubscriptions =
        Unary(AppCallback, "ListTopicSubscriptions", Empty.Parser, ListTopicSubscriptionsResponse.Parser);

    public static readonly Method<TopicEventRequest, TopicEventResponse> OnTopicEvent =
        Unary(AppCallback, "OnTopicEvent", TopicEventRequest.Parser, TopicEventResponse.Parser);

    public static readonly Method<TopicEventBulkRequest, TopicEventBulkResponse> OnBulkTopicEvent =
        Unary(AppCallback, "OnBulkTopicEvent", TopicEventBulkRequest.Parser, TopicEventBulkResponse.Parser);

    /// <summary>The older name, for apps that have not the newer one.</summary>
    public static readonly Method<TopicEventBulkRequest, TopicEventBulkResponse> OnBulkTopicEventAlpha1 =
        Unary(
            "dapr.proto.runtime.v1.AppCallbackAlpha",
            "OnBulkTopicEventAlpha1",
            TopicEventBulkRequest.Parser,
            TopicEventBulkResponse.Parser);

    public static readonly Method<InvokeRequest, InvokeResponse> OnInvoke =
        Unary(AppCallback, "OnInvoke", InvokeRequest.Parser, InvokeResponse.Parser);

    public static readonly Method<Empty, HealthCheckResponse> HealthCheck =
        Unary("dapr.proto.runtime.v1.AppCallbackHealthCheck", "HealthCheck", Empty.Parser, HealthCheckResponse.Parser);

    private static Method<TRequest, TResponse> Unary<TRequest, TResponse>(
        string service, string name, MessageParser<TRequest> requests, MessageParser<TResponse> responses)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse> =>
        new(MethodType.Unary, service, name, Marshaller(requests), Marshaller(responses));

    private static Marshaller<T> Marshaller<T>(MessageParser<T> parser)
        where T : IMessage<T> => new(
        static (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
