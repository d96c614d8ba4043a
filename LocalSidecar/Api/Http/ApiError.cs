using LocalSidecar.Errors;
using LocalSidecar.Json;

namespace LocalSidecar.Api.Http;

/// <summary>An error answer in the HTTP API's form: <c>errorCode</c>, <c>message</c>, and sometimes <c>details</c>.</summary>
internal sealed class ApiError
{
    private readonly ByteBuffer _body = new(256);

    private ApiError(int status, string code, string message)
    {
        Status = status;
        Code = code;
        Message = message;
        _body.Write("{\"errorCode\":"u8);
        GoString.Write(_body, code);
        _body.Write(",\"message\":"u8);
        GoString.Write(_body, message);
    }

    public int Status { get; }

    public string Code { get; }

    public string Message { get; }

    public ReadOnlyMemory<byte> Body => _body.WrittenMemory;

    /// <summary>An error without details, which most are that only HTTP has.</summary>
    public static ApiError Plain(int status, string code, string message)
    {
        var error = new ApiError(status, code, message);
        error._body.Write((byte)'}');
        return error;
    }

    /// <summary>What is wrong with a request's form rather than with what it asks for.</summary>
    public static ApiError Malformed(string message) => Plain(400, "ERR_MALFORMED_REQUEST", message);

    /// <summary>A failure in HTTP's form.</summary>
    public static ApiError Of(Failure failure)
    {
        (int status, string code) = FormOf(failure.Kind);

        // daprd reads keys below its APIs, and over HTTP the code of gRPC shows through.
        string message = failure.Kind == FailureKind.StateKeyIllegal
            ? $"api error: code = InvalidArgument desc = {failure.Message}"
            : failure.Message;
        if (failure.Reason?.StartsWith("DAPR_", StringComparison.Ordinal) != true)
        {
            return Plain(status, code, message);
        }

        var error = new ApiError(status, code, message);
        error.WriteDetails(failure, message);
        error._body.Write((byte)'}');
        return error;
    }

    private static (int Status, string Code) FormOf(FailureKind kind) => kind switch
    {
        FailureKind.StateStoresNotConfigured => (500, "ERR_STATE_STORE_NOT_CONFIGURED"),
        FailureKind.StateStoreNotFound => (400, "ERR_STATE_STORE_NOT_FOUND"),
        FailureKind.StateKeyIllegal => (400, "ERR_MALFORMED_REQUEST"),
        FailureKind.StateKeyEmpty => (400, "ERR_MALFORMED_REQUEST"),
        FailureKind.StateQueryNotSupported => (500, "ERR_STATE_STORE_NOT_SUPPORTED"),
        FailureKind.StateOperationUnknown => (400, "ERR_NOT_SUPPORTED_STATE_OPERATION"),
        FailureKind.StateGet => (500, "ERR_STATE_GET"),
        FailureKind.StateSave => (500, "ERR_STATE_SAVE"),
        FailureKind.StateSaveConflict => (409, "ERR_STATE_SAVE"),
        FailureKind.StateDelete => (500, "ERR_STATE_DELETE"),
        FailureKind.StateDeleteConflict => (409, "ERR_STATE_DELETE"),
        FailureKind.StateBulkDelete => (500, "ERR_STATE_BULK_DELETE"),
        FailureKind.StateBulkDeleteConflict => (409, "ERR_STATE_BULK_DELETE"),
        FailureKind.StateTransaction => (500, "ERR_STATE_TRANSACTION"),
        FailureKind.PubSubNameEmpty => (404, "ERR_PUBSUB_EMPTY"),
        FailureKind.PubSubNotFound => (404, "ERR_PUBSUB_NOT_FOUND"),
        FailureKind.TopicEmpty => (404, "ERR_TOPIC_NAME_EMPTY"),
        FailureKind.TopicForbidden => (403, "ERR_PUBSUB_FORBIDDEN"),
        FailureKind.PublishMetadata => (400, "ERR_PUBSUB_REQUEST_METADATA"),
        FailureKind.Publish => (500, "ERR_PUBSUB_PUBLISH_MESSAGE"),
        FailureKind.CloudEvent => (500, "ERR_PUBSUB_CLOUD_EVENTS_SER"),
        FailureKind.BulkPublish => (400, "ERR_PUBSUB_EVENTS_SER"),
        FailureKind.SecretStoresNotConfigured => (500, "ERR_SECRET_STORES_NOT_CONFIGURED"),
        FailureKind.SecretStoreNotFound => (401, "ERR_SECRET_STORE_NOT_FOUND"),
        FailureKind.SecretGet => (500, "ERR_SECRET_GET"),
        FailureKind.Invoke => (500, "ERR_DIRECT_INVOKE"),
    };

    private void WriteDetails(Failure failure, string message)
    {
        _body.Write(",\"details\":["u8);
        if (failure.Field is not null)
        {
            _body.Write("{\"@type\":\"type.googleapis.com/google.rpc.BadRequest\",\"field_violations\":[{\"field\":"u8);
            GoString.Write(_body, failure.Field);
            _body.Write(",\"description\":"u8);
            GoString.Write(_body, message);
            _body.Write("}]},"u8);
        }

        if (failure.Resource is { } resource)
        {
            _body.Write("{\"@type\":\"type.googleapis.com/google.rpc.ResourceInfo\",\"description\":"u8);
            GoString.Write(_body, resource.Description);
            _body.Write(",\"owner\":\"\",\"resource_name\":"u8);
            GoString.Write(_body, resource.Name);
            _body.Write(",\"resource_type\":"u8);
            GoString.Write(_body, resource.Type);
            _body.Write("},"u8);
        }

        _body.Write("{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"domain\":\"dapr.io\",\"metadata\":"u8);
        if (failure.Facts is null)
        {
            _body.Write("null"u8);
        }
        else
        {
            GoMap.Write(_body, failure.Facts);
        }

        _body.Write(",\"reason\":"u8);
        GoString.Write(_body, failure.Reason!);
        _body.Write("}]"u8);
    }
}

/// <summary>An error answer on its way out of the code that read the request.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
