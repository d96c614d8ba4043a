namespace LocalSidecar.Log;

/// <summary>What a record of the log holds. The numbers are on disks: never reuse one.</summary>
internal enum RecordKind : byte
{
    /// <summary>State written or deleted: a table of operations, then the request body that holds the values.</summary>
    State = 1,

    /// <summary>One published message and the subscriptions that it waits for.</summary>
    Message = 2,

    /// <summary>How far subscriptions have got.</summary>
    Progress = 3,

    /// <summary>A subscription: its number, names, and where it starts.</summary>
    Subscription = 4,

    /// <summary>A subscription that is no more.</summary>
    Unsubscribed = 5,
}
