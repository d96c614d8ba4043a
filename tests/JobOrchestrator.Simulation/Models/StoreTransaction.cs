namespace JobOrchestrator.Simulation.Models;

/// <summary>A transaction on its way: one moment where the store has transactions, else one for each operation.</summary>
internal sealed class StoreTransaction
{
    private readonly StoreState _store;
    private readonly IReadOnlyList<StoreWrite> _asked;
    private readonly List<AppliedWrite> _changes = [];
    private StoreWrite[]? _writes;
    private WriteResult _result = WriteResult.Done;
    private int _next;

    internal StoreTransaction(StoreState store, IReadOnlyList<StoreWrite> writes)
    {
        _store = store;
        _asked = writes;
    }

    /// <summary>There is nothing more to apply.</summary>
    public bool IsDone { get; private set; }

    /// <summary>What is answered.</summary>
    /// <exception cref="InvalidOperationException">It is not done.</exception>
    public WriteResult Result => IsDone ? _result : throw new InvalidOperationException("The transaction is not done.");

    /// <summary>The next moment.</summary>
    public void Next(Moment at)
    {
        _store.Expire(at);
        _writes ??= Begin();
        if (IsDone)
        {
            return;
        }

        switch (_store.Model.Transactions)
        {
            case TransactionKind.OneByOne:
                Apply(_writes[_next++], at, inTransaction: false);
                IsDone = _next == _writes.Length;
                break;
            case TransactionKind.AppliesTheOthers:
                foreach (StoreWrite write in _writes)
                {
                    Apply(write, at, inTransaction: true);
                    _store.Postpone(write, at);
                }

                IsDone = true;
                break;
            case TransactionKind.RollsBack:
                ApplyAllOrNothing(_writes, at);
                IsDone = true;
                break;
        }

        _store.Tell([.. _changes], at);
        _changes.Clear();
    }

    /// <summary>All that is left, in one moment.</summary>
    public WriteResult Finish(Moment at)
    {
        while (!IsDone)
        {
            Next(at);
        }

        return _result;
    }

    private StoreWrite[] Begin()
    {
        _result = _store.Receive(_asked, out StoreWrite[] writes) switch
        {
            WriteResult.InvalidETag => WriteResult.Failed,
            WriteResult other => other,
        };
        IsDone = _result != WriteResult.Done || writes.Length == 0;
        return writes;
    }

    private void Apply(in StoreWrite write, Moment at, bool inTransaction)
    {
        if (_store.Apply(write, at, marks: !inTransaction, compares: true, out AppliedWrite? change) != WriteResult.Done)
        {
            _result = WriteResult.Failed;
        }

        if (change is { } made)
        {
            _changes.Add(made);
        }
    }

    private void ApplyAllOrNothing(StoreWrite[] writes, Moment at)
    {
        bool comparesFirst = _store.Model.ComparesFirst;
        if (comparesFirst && writes.Any(write => _store.Check(write) != WriteResult.Done))
        {
            _result = WriteResult.Failed;
            return;
        }

        var before = new Document?[writes.Length];
        for (int i = 0; i < writes.Length; i++)
        {
            before[i] = _store.Find(writes[i].Key);
            if (_store.Apply(writes[i], at, marks: false, compares: !comparesFirst, out AppliedWrite? change) != WriteResult.Done)
            {
                for (; i >= 0; i--)
                {
                    _store.Put(writes[i].Key, before[i]);
                }

                _changes.Clear();
                _result = WriteResult.Failed;
                return;
            }

            if (change is { } made)
            {
                _changes.Add(made);
            }
        }
    }
}
