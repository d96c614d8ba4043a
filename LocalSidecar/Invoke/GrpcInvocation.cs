using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LocalSidecar.Apps;
using LocalSidecar.Errors;
using CallMetadata = Grpc.Core.Metadata;

namespace LocalSidecar.Invoke;

/// <summary>Calls of one app to the apps of this process that speak gRPC: by AppCallback's OnInvoke.</summary>
/// <param name="caller">The app whose sidecar it is.</param>
internal sealed class GrpcInvocation(App caller)
{
    /// <summary>Sends a call. What the app answers, be it a failure, passes as it is.</summary>
    /// <param name="name">The app's name as the caller gave it.</param>
    /// <param name="callee">Found by that name; it speaks gRPC.</param>
    /// <param name="request">Without data the app gets empty ones.</param>
    /// <param name="metadata">The caller's; what tells who calls is added here.</param>
    /// <param name="traceParent">Of the caller's trace; empty without one.</param>
    /// <param name="cancellationToken">
    /// Ends when the caller has left. An app that has been called goes on all the same, as under daprd; one that had no room for the call
    /// yet is not called any more.
    /// </param>
    /// <exception cref="FailureException">The app says of itself that it is not well.</exception>
    public async Task<GrpcAnswer<InvokeResponse>> SendAsync(
        string name, App callee, InvokeRequest request, CallMetadata metadata, string traceParent, CancellationToken cancellationToken)
    {
        if (!callee.Channel.IsWell)
        {
            throw Invocation.Failed(name, "rpc error: code = Internal desc = app is not in a healthy state");
        }

        request.Data ??= new Any();
        GrpcMetadata.AddTrace(metadata, traceParent);
        Say(metadata, "dapr-caller-app-id", caller.Id);
        Say(metadata, "dapr-caller-namespace", "default");
        Say(metadata, "dapr-callee-app-id", callee.Id);
        Task<GrpcAnswer<InvokeResponse>> call =
            callee.Channel.Grpc!.CallAsync(AppCallbackMethods.OnInvoke, request, metadata, cancellationToken, CancellationToken.None);
        GrpcAnswer<InvokeResponse> answer = await call.WaitAsync(cancellationToken);
        if (answer.IsUnanswered)
        {
            string address = $"{callee.Channel.Address}:{callee.Channel.Port}";
            string problem = answer.IsUnsent
                ? $"connection error: desc = \"transport: Error while dialing: dial tcp {address}: connect: connection refused\""
                : "error reading from server: EOF";
            return answer with { Status = new Status(StatusCode.Unavailable, problem) };
        }

        long bytes = answer.Response?.CalculateSize() ?? 0;
        long max = callee.Settings.MaxBodySize;
        return bytes <= max
            ? answer
            : answer with
            {
                Status = new Status(StatusCode.ResourceExhausted, $"grpc: received message larger than max ({bytes} vs. {max})"),
                Response = null,
            };
    }

    /// <summary>Only the sidecar says who calls whom: what the caller claims does not count.</summary>
    private static void Say(CallMetadata metadata, string name, string value)
    {
        foreach (CallMetadata.Entry claimed in metadata.GetAll(name).ToList())
        {
            metadata.Remove(claimed);
        }

        metadata.Add(name, value);
    }
}
