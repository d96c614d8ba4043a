namespace LocalSidecar.Errors;

/// <summary>What went wrong with a request, whichever API it came by. Each API has its own status for each.</summary>
internal enum FailureKind
{
    /// <summary>The app sees no state store at all.</summary>
    StateStoresNotConfigured = 1,

    /// <summary>The app sees no state store of this name.</summary>
    StateStoreNotFound,

    /// <summary>A key holds the separator that stands behind prefixes.</summary>
    StateKeyIllegal,

    /// <summary>A value is to be saved without a key.</summary>
    StateKeyEmpty,

    /// <summary>The store cannot be queried.</summary>
    StateQueryNotSupported,

    /// <summary>A transaction's operation is neither an upsert nor a delete.</summary>
    StateOperationUnknown,

    /// <summary>A value could not be read.</summary>
    StateGet,

    /// <summary>Something was not saved, for another reason than its ETag.</summary>
    StateSave,

    /// <summary>Something was not saved, only because of ETags.</summary>
    StateSaveConflict,

    /// <summary>A key was not deleted, for another reason than its ETag.</summary>
    StateDelete,

    /// <summary>A key was not deleted because of its ETag.</summary>
    StateDeleteConflict,

    /// <summary>Of several keys some were not deleted, for another reason than their ETags.</summary>
    StateBulkDelete,

    /// <summary>Of several keys some were not deleted, only because of ETags.</summary>
    StateBulkDeleteConflict,

    /// <summary>Nothing of a transaction was done, be it for an ETag or for another reason.</summary>
    StateTransaction,

    /// <summary>A request to publish names no pub/sub component.</summary>
    PubSubNameEmpty,

    /// <summary>The app sees no pub/sub component of this name.</summary>
    PubSubNotFound,

    /// <summary>A request to publish names no topic.</summary>
    TopicEmpty,

    /// <summary>The component's scopes do not let the app publish to the topic.</summary>
    TopicForbidden,

    /// <summary>The metadata of a publish cannot be read.</summary>
    PublishMetadata,

    /// <summary>The message could not be stored.</summary>
    Publish,

    /// <summary>What is said to be a cloud event is none.</summary>
    CloudEvent,

    /// <summary>An entry of a bulk publish cannot be used; nothing was published.</summary>
    BulkPublish,

    /// <summary>The app sees no secret store at all.</summary>
    SecretStoresNotConfigured,

    /// <summary>The app sees no secret store of this name.</summary>
    SecretStoreNotFound,

    /// <summary>The store has no such secret.</summary>
    SecretGet,

    /// <summary>The app to invoke is not there, or did not answer.</summary>
    Invoke,
}
