using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using LocalSidecar.Errors;

namespace LocalSidecar.Api.Grpc;

/// <summary>
/// What LocalSidecar has of the service <c>dapr.proto.runtime.v1.Dapr</c>. Dapr's package brings the messages and a
/// client, but no base for a server: here each method's name is tied to its messages and to what answers it.
/// </summary>
/// <param name="sizes">Of the messages that it takes and sends.</param>
internal sealed class DaprMethods(MessageSizes sizes) : IServiceMethodProvider<DaprService>
{
    public const string Service = "dapr.proto.runtime.v1.Dapr";

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<DaprService> context)
    {
        Unary<GetStateRequest, GetStateResponse>(context, "GetState", static (service, request, _) => service.State.Get(request));
        Unary<GetBulkStateRequest, GetBulkStateResponse>(
            context, "GetBulkState", static (service, request, _) => service.State.GetBulk(request));
        Unary<SaveStateRequest, Empty>(context, "SaveState", static (service, request, _) => service.State.SaveAsync(request));
        Unary<DeleteStateRequest, Empty>(context, "DeleteState", static (service, request, _) => service.State.DeleteAsync(request));
        Unary<DeleteBulkStateRequest, Empty>(
            context, "DeleteBulkState", static (service, request, _) => service.State.DeleteBulkAsync(request));
        Unary<ExecuteStateTransactionRequest, Empty>(
            context, "ExecuteStateTransaction", static (service, request, _) => service.State.TransactAsync(request));
        Unary<QueryStateRequest, QueryStateResponse>(
            context, "QueryStateAlpha1", static (service, request, _) => service.State.Query(request));

        Unary<PublishEventRequest, Empty>(
            context, "PublishEvent", static (service, request, call) => service.Publish.PublishAsync(request, call));
        Unary<BulkPublishRequest, BulkPublishResponse>(
            context, "BulkPublishEvent", static (service, request, call) => service.Publish.PublishBulkAsync(request, call));
        Unary<BulkPublishRequest, BulkPublishResponse>(
            context, "BulkPublishEventAlpha1", static (service, request, call) => service.Publish.PublishBulkAsync(request, call));

        Unary<GetSecretRequest, GetSecretResponse>(context, "GetSecret", static (service, request, _) => service.Other.GetSecret(request));
        Unary<GetBulkSecretRequest, GetBulkSecretResponse>(
            context, "GetBulkSecret", static (service, request, _) => service.Other.GetSecrets(request));
        Unary<GetMetadataRequest, GetMetadataResponse>(context, "GetMetadata", static (service, _, _) => service.Other.GetMetadata());
        Unary<SetMetadataRequest, Empty>(context, "SetMetadata", static (service, request, _) => service.Other.SetMetadata(request));
        Unary<ShutdownRequest, Empty>(context, "Shutdown", static (service, _, call) => service.Other.ShutDown(call));
        Unary<InvokeServiceRequest, InvokeResponse>(
            context, "InvokeService", static (service, request, call) => service.Invoke.InvokeAsync(request, call));

        // What is published may be as large as a request, and the event around it larger: it has to get out all the same.
        context.AddDuplexStreamingMethod(
            new Method<SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1>(
                MethodType.DuplexStreaming,
                Service,
                "SubscribeTopicEventsAlpha1",
                sizes.Marshaller<SubscribeTopicEventsRequestAlpha1>(),
                new MessageSizes(int.MaxValue).Marshaller<SubscribeTopicEventsResponseAlpha1>()),
            [],
            static (service, requests, responses, call) => service.Streams.SubscribeAsync(requests, responses, call));
    }

    private void Unary<TRequest, TResponse>(
        ServiceMethodProviderContext<DaprService> context,
        string name,
        Func<DaprService, TRequest, ServerCallContext, Task<TResponse>> answer)
        where TRequest : class, IMessage<TRequest>, IBufferMessage, new()
        where TResponse : class, IMessage<TResponse>, IBufferMessage, new()
    {
        context.AddUnaryMethod(
            Method<TRequest, TResponse>(MethodType.Unary, name),
            [],
            (service, request, call) => AnswerAsync(service, request, call, answer));
    }

    private Method<TRequest, TResponse> Method<TRequest, TResponse>(MethodType type, string name)
        where TRequest : class, IMessage<TRequest>, IBufferMessage, new()
        where TResponse : class, IMessage<TResponse>, IBufferMessage, new() =>
        new(type, Service, name, sizes.Marshaller<TRequest>(), sizes.Marshaller<TResponse>());

    /// <summary>Answers a call, or says why not as daprd does: its headers first, for it has begun to work on it.</summary>
    private static async Task<TResponse> AnswerAsync<TRequest, TResponse>(
        DaprService service,
        TRequest request,
        ServerCallContext call,
        Func<DaprService, TRequest, ServerCallContext, Task<TResponse>> answer)
    {
        // Before the call is begun an answer has nothing but its status.
        HttpContext context = call.GetHttpContext();
        context.Response.ContentType = context.Request.ContentType;
        context.Response.Headers[CallTrace.BinaryKey] = CallTrace.ToBinary(CallTrace.ParentOf(context));
        try
        {
            return await answer(service, request, call);
        }
        catch (FailureException refusal)
        {
            if (refusal.Failure.Kind == FailureKind.Invoke)
            {
                // A call that did not get through to its app is as if it had never begun.
                context.Response.Headers.Remove(CallTrace.BinaryKey);
            }
            else
            {
                await call.WriteResponseHeadersAsync([]);
            }

            throw RpcFailure.Of(refusal.Failure);
        }
    }
}
