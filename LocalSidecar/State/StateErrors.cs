using LocalSidecar.Http;

namespace LocalSidecar.State;

/// <summary>The state API's error answers.</summary>
internal static class StateErrors
{
    public static ApiError NotConfigured(string store, string appId) => ApiError.Detailed(
        500, "ERR_STATE_STORE_NOT_CONFIGURED", $"state store {store} is not configured",
        Detail.ErrorInfo("DAPR_STATE_NOT_CONFIGURED", new Dictionary<string, string> { ["appID"] = appId }));

    public static ApiError NotFound(string store, string appId) => ApiError.Detailed(
        400, "ERR_STATE_STORE_NOT_FOUND", $"state store {store} is not found",
        Detail.ErrorInfo("DAPR_STATE_NOT_FOUND", new Dictionary<string, string> { ["appID"] = appId }));

    public static ApiError QueryNotSupported(string store) => ApiError.Detailed(
        500, "ERR_STATE_STORE_NOT_SUPPORTED", "state store does not support querying",
        Detail.ResourceInfo("state", store, ""),
        Detail.ErrorInfo("DAPR_STATE_QUERYING_NOT_SUPPORTED", null));

    public static ApiError IllegalKey(string store, string key)
    {
        var message = $"api error: code = InvalidArgument desc = input key/keyPrefix '{key}' can't contain '||'";
        return ApiError.Detailed(
            400, "ERR_MALFORMED_REQUEST", message,
            Detail.BadRequest(key, message),
            Detail.ResourceInfo("state", store, ""),
            Detail.ErrorInfo("DAPR_STATE_ILLEGAL_KEY", null));
    }

    public static ApiError Malformed(string message) => ApiError.Plain(400, "ERR_MALFORMED_REQUEST", message);

    public static ApiError MalformedBody(string message) => Malformed($"failed deserializing HTTP body: {message}");

    public static ApiError UnknownOperation(string word) =>
        ApiError.Plain(400, "ERR_NOT_SUPPORTED_STATE_OPERATION", $"operation type {word} not supported");

    public static ApiError Save(string store, string problem, bool conflict) =>
        ApiError.Plain(conflict ? 409 : 500, "ERR_STATE_SAVE", $"failed saving state in state store {store}: {problem}");

    public static ApiError Delete(string key, string problem, bool conflict) =>
        ApiError.Plain(conflict ? 409 : 500, "ERR_STATE_DELETE", $"failed deleting state with key {key}: {problem}");

    public static ApiError Transaction(string problem) =>
        ApiError.Plain(500, "ERR_STATE_TRANSACTION", $"error while executing state transaction: {problem}");

    public static ApiError Get(string store, string key, string problem) =>
        ApiError.Plain(500, "ERR_STATE_GET", $"fail to get {key} from state store {store}: {problem}");

    public static ApiError BulkGet(string store, string problem) =>
        ApiError.Plain(500, "ERR_STATE_BULK_GET", $"failed to get bulk state from state store {store}: {problem}");
}
