using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using LocalSidecar.Errors;

namespace LocalSidecar.Api.Grpc;

/// <summary>Failures in gRPC's form: a code, the message, and the details of <c>google.rpc</c>.</summary>
internal static class RpcFailure
{
    private const string Domain = "dapr.io";

    /// <summary>The name of the trailer that has code, message and details once more.</summary>
    public const string DetailsKey = "grpc-status-details-bin";

    /// <summary>The token is missing or wrong.</summary>
    public static RpcException Unauthorized(string problem) => With(
        StatusCode.Unauthenticated,
        "Unauthorized",
        [Info("Unauthorized", new Dictionary<string, string> { ["http.code"] = "401", ["http.error_message"] = problem })]);

    public static RpcException Of(Failure failure)
    {
        StatusCode code = CodeOf(failure.Kind);
        return failure.Reason is null
            ? new RpcException(new global::Grpc.Core.Status(code, failure.Message))
            : With(code, failure.Message, Details(failure));
    }

    /// <summary>A failure with details.</summary>
    public static RpcException With(StatusCode code, string message, IEnumerable<IMessage> details) =>
        new(
            new global::Grpc.Core.Status(code, message),
            new global::Grpc.Core.Metadata { { DetailsKey, StatusOf(code, message, details).ToByteArray() } });

    /// <summary>Code, message and details as one message.</summary>
    public static Google.Rpc.Status StatusOf(StatusCode code, string message, IEnumerable<IMessage> details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.Add(details.Select(static detail => Any.Pack(detail)));
        return status;
    }

    /// <summary>The word for a failure and what it is about.</summary>
    public static ErrorInfo Info(string reason, IReadOnlyDictionary<string, string>? facts)
    {
        var info = new ErrorInfo { Reason = reason, Domain = Domain };
        foreach ((string name, string value) in facts ?? new Dictionary<string, string>())
        {
            info.Metadata[name] = value;
        }

        return info;
    }

    private static IEnumerable<IMessage> Details(Failure failure)
    {
        if (failure.Field is { } field)
        {
            var request = new BadRequest();
            request.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = field, Description = failure.Message });
            yield return request;
        }

        if (failure.Resource is { } resource)
        {
            yield return new ResourceInfo
            {
                ResourceType = resource.Type,
                ResourceName = resource.Name,
                Description = resource.Description,
            };
        }

        // The app's id stands beside this failure over HTTP only.
        yield return Info(failure.Reason!, failure.Kind == FailureKind.StateStoreNotFound ? null : failure.Facts);
    }

    private static StatusCode CodeOf(FailureKind kind) => kind switch
    {
        FailureKind.StateStoresNotConfigured => StatusCode.FailedPrecondition,
        FailureKind.StateStoreNotFound => StatusCode.InvalidArgument,
        FailureKind.StateKeyIllegal => StatusCode.InvalidArgument,
        FailureKind.StateKeyEmpty => StatusCode.InvalidArgument,
        FailureKind.StateQueryNotSupported => StatusCode.Internal,
        FailureKind.StateOperationUnknown => StatusCode.Unimplemented,
        FailureKind.StateGet => StatusCode.Internal,
        FailureKind.StateSave => StatusCode.Internal,
        FailureKind.StateSaveConflict => StatusCode.Aborted,
        FailureKind.StateDelete => StatusCode.Internal,
        FailureKind.StateDeleteConflict => StatusCode.Aborted,
        FailureKind.StateBulkDelete => StatusCode.Internal,
        FailureKind.StateBulkDeleteConflict => StatusCode.Aborted,
        FailureKind.StateTransaction => StatusCode.Internal,
        FailureKind.PubSubNameEmpty => StatusCode.InvalidArgument,
        FailureKind.PubSubNotFound => StatusCode.InvalidArgument,
        FailureKind.TopicEmpty => StatusCode.InvalidArgument,
        FailureKind.TopicForbidden => StatusCode.PermissionDenied,
        FailureKind.PublishMetadata => StatusCode.InvalidArgument,
        FailureKind.Publish => StatusCode.Internal,
        FailureKind.CloudEvent => StatusCode.InvalidArgument,
        FailureKind.BulkPublish => StatusCode.InvalidArgument,
        FailureKind.SecretStoresNotConfigured => StatusCode.FailedPrecondition,
        FailureKind.SecretStoreNotFound => StatusCode.InvalidArgument,
        FailureKind.SecretGet => StatusCode.Internal,
        FailureKind.Invoke => StatusCode.Internal,
    };
}
