using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>Looks at each write as the ledger reads it.</summary>
internal interface ILedgerWatcher
{
    /// <summary>A head is written; the ledger still stands before it.</summary>
    void HeadWritten(LedgerShard shard, HeadRead? after, AppliedWrites writes)
    {
    }

    /// <summary>A commit is stored; the ledger stands behind it.</summary>
    void Committed(Commit commit)
    {
    }

    /// <summary>A document is written or, null, deleted; not a head.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="before">As it lay in the store before; null: it did not.</param>
    /// <param name="after">As it lies there now; null: no more.</param>
    /// <param name="inCommit">It is written together with a head whose commit it belongs to.</param>
    /// <param name="writes">The moment.</param>
    void DocumentWritten(DocumentKey key, StoredDocument? before, StoredDocument? after, bool inCommit, AppliedWrites writes)
    {
    }
}
