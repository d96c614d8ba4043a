using LocalSidecar.Errors;

namespace LocalSidecar.State;

/// <summary>What can go wrong with state, in daprd's words.</summary>
internal static class StateFailures
{
    public static Failure NotConfigured(string store, string appId) =>
        new(FailureKind.StateStoresNotConfigured, $"state store {store} is not configured")
        {
            Reason = "DAPR_STATE_NOT_CONFIGURED",
            Facts = new Dictionary<string, string> { ["appID"] = appId },
        };

    public static Failure NotFound(string store, string appId) =>
        new(FailureKind.StateStoreNotFound, $"state store {store} is not found")
        {
            Reason = "DAPR_STATE_NOT_FOUND",
            Facts = new Dictionary<string, string> { ["appID"] = appId },
        };

    public static Failure QueryNotSupported(string store) =>
        new(FailureKind.StateQueryNotSupported, "state store does not support querying")
        {
            Reason = "DAPR_STATE_QUERYING_NOT_SUPPORTED",
            Resource = new FailedResource("state", store, ""),
        };

    public static Failure IllegalKey(string store, string key) =>
        new(FailureKind.StateKeyIllegal, $"input key/keyPrefix '{key}' can't contain '||'")
        {
            Reason = "DAPR_STATE_ILLEGAL_KEY",
            Resource = new FailedResource("state", store, ""),
            Field = key,
        };

    /// <summary>Only saving over gRPC knows it: HTTP refuses such a body before, other calls take the empty key.</summary>
    public static Failure EmptyKey() => new(FailureKind.StateKeyEmpty, "state key cannot be empty") { Reason = "ERR_STATE_SAVE" };

    public static Failure UnknownOperation(string word) =>
        new(FailureKind.StateOperationUnknown, $"operation type {word} not supported") { Reason = "ERR_NOT_SUPPORTED_STATE_OPERATION" };

    public static Failure Get(string store, string key, string problem) =>
        new(FailureKind.StateGet, $"fail to get {key} from state store {store}: {problem}") { Reason = "ERR_STATE_GET" };

    public static Failure Save(string store, string problem, bool isConflict) =>
        new(isConflict ? FailureKind.StateSaveConflict : FailureKind.StateSave, $"failed saving state in state store {store}: {problem}")
        {
            Reason = "ERR_STATE_SAVE",
        };

    public static Failure Delete(string key, string problem, bool isConflict) =>
        new(isConflict ? FailureKind.StateDeleteConflict : FailureKind.StateDelete, $"failed deleting state with key {key}: {problem}")
        {
            Reason = "ERR_STATE_DELETE",
        };

    public static Failure BulkDelete(string store, string problem, bool isConflict) =>
        new(
            isConflict ? FailureKind.StateBulkDeleteConflict : FailureKind.StateBulkDelete,
            $"failed deleting state in state store {store}: {problem}")
        {
            Reason = "ERR_STATE_BULK_DELETE",
        };

    public static Failure Transaction(string problem) =>
        new(FailureKind.StateTransaction, $"error while executing state transaction: {problem}") { Reason = "ERR_STATE_TRANSACTION" };
}
