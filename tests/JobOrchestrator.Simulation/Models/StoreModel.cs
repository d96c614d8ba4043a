namespace JobOrchestrator.Simulation.Models;

/// <summary>What a transaction leaves behind when an ETag in it is refused.</summary>
internal enum TransactionKind
{
    /// <summary>Nothing.</summary>
    RollsBack,

    /// <summary>All other operations, in the same moment.</summary>
    AppliesTheOthers,

    /// <summary>There are no transactions: one operation after the other, each in its own moment, and all others are applied.</summary>
    OneByOne,
}

/// <summary>How documents are told apart in time.</summary>
internal enum ETagKind
{
    /// <summary>Of one counter for all keys, so none comes twice.</summary>
    OfOneCounter,

    /// <summary>Redis: a number by key, from 1 again after a deletion, compared by the component's script.</summary>
    ByKey,
}

/// <summary>In which order a bulk read answers.</summary>
internal enum BulkOrder
{
    /// <summary>As asked, and twice what is asked twice.</summary>
    AsAsked,

    /// <summary>What there is before what there is not, each once.</summary>
    FoundFirst,

    /// <summary>The same, but what there is comes in any order.</summary>
    AnyFoundFirst,
}

/// <summary>What a store does otherwise than others. The defaults are those of SQL.</summary>
/// <param name="Name">The preset.</param>
internal sealed record StoreModel(string Name)
{
    /// <summary>What is sent and answered fits one message of the sidecar's gRPC: 4 MiB.</summary>
    private const int MessageBytesMax = 4 * 1024 * 1024;

    public TransactionKind Transactions { get; init; } = TransactionKind.RollsBack;

    public ETagKind ETags { get; init; } = ETagKind.OfOneCounter;

    public BulkOrder BulkOrder { get; init; } = BulkOrder.FoundFirst;

    /// <summary>A transaction's ETags are compared before anything is written: no operation sees what one before it does.</summary>
    public bool ComparesFirst { get; init; }

    /// <summary>First-write without an ETag over an existing document is HTTP 500 and no conflict.</summary>
    public bool FirstWriteFails { get; init; }

    /// <summary>A deletion by first-write without an ETag is refused if there is a document.</summary>
    public bool FirstWriteGuardsDeletes { get; init; }

    /// <summary>Saved again without a word of it, a document goes when it was to go before; else it stays for ever.</summary>
    public bool KeepsExpiry { get; init; }

    /// <summary>Lengths of life below -1 or beyond 32 bits are refused.</summary>
    public bool WantsTtlIn32Bits { get; init; }

    /// <summary>A value of no bytes is refused.</summary>
    public bool WantsBytes { get; init; }

    /// <summary>How many operations a transaction may have.</summary>
    public int OperationsMax { get; init; } = int.MaxValue;

    /// <summary>How many bytes the value of one document may have.</summary>
    public int ItemBytesMax { get; init; } = int.MaxValue;

    /// <summary>How many bytes a request may have.</summary>
    public long RequestBytesMax { get; init; } = MessageBytesMax;

    /// <summary>How many bytes an answer may have.</summary>
    public long AnswerBytesMax { get; init; } = MessageBytesMax;
}
