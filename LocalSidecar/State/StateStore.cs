using System.Globalization;
using System.Text;
using LocalSidecar.Json;
using LocalSidecar.Log;

namespace LocalSidecar.State;

/// <summary>
/// One state component with the semantics of <c>state.in-memory</c>: every ETag of a request is checked under one
/// lock before anything is written. Checks see the writes under way; readers see only what is committed. A component can ask for the
/// transactions of Redis instead (<see cref="StateRules.AsRedis"/>).
/// </summary>
internal sealed partial class StateStore(string name, CommitLog log, TimeProvider time)
{
    /// <summary>How what is said of a conflict begins.</summary>
    public const string Conflicting = "possible etag mismatch. error from state store: ";

    // What the log needs for a value besides the value: see Write.
    private const int OverheadBytes = 64;

    private readonly KeyTable _entries = new();
    private readonly Dictionary<byte[], PendingEntry> _pending = new(KeyComparer.Instance);
    private readonly PriorityQueue<KeyName, long> _expiring = new();
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);
    private readonly List<bool> _refused = [];

    public string Name { get; } = name;

    /// <summary>The name as it stands in records.</summary>
    public ReadOnlySpan<byte> NameBytes => _name;

    /// <summary>Keys held, expired ones not yet swept included.</summary>
    public int Count
    {
        get
        {
            lock (log.Gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>
    /// Checks and writes. Atomic: all or nothing. Otherwise the operations that pass are written, and the others' problems come back.
    /// </summary>
    public StateOutcome Execute(StateRequest request, ReadOnlySpan<byte> body, StateRules rules)
    {
        bool atomic = rules == StateRules.Atomic;
        Span<StateOperation> operations = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(request.Operations);
        lock (log.Gate)
        {
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            List<StateProblem>? problems = Check(request, operations, now, rules);
            Task committed = problems is null || (!atomic && problems.Count < operations.Length)
                ? Write(request, operations, body, now)
                : Task.CompletedTask;
            return new StateOutcome(problems ?? (IReadOnlyList<StateProblem>)[], committed);
        }
    }

    /// <summary>The value under a key, or null.</summary>
    /// <exception cref="IOException">It cannot be read from the disk.</exception>
    public StateValue? Get(ReadOnlySpan<byte> key)
    {
        while (true)
        {
            StateEntry entry;
            Segment segment;
            lock (log.Gate)
            {
                if (!_entries.TryGet(key, out entry) || entry.IsExpired(time.GetUtcNow().ToUnixTimeMilliseconds()))
                {
                    return null;
                }

                segment = log.SegmentOf(entry.Segment);
            }

            try
            {
                byte[] value = new byte[entry.Length];
                segment.Read(value, entry.Offset);
                return new StateValue(value, entry.Etag, entry.ExpiresAt, entry.IsRaw);
            }
            catch (ObjectDisposedException)
            {
                // Compacted between the look-up and the read: the entry has moved on.
            }
        }
    }

    /// <summary>Forgets what has expired. Nothing is written: the expiry is in the log.</summary>
    public void Sweep()
    {
        lock (log.Gate)
        {
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            while (_expiring.TryPeek(out KeyName name, out long due) && due < now)
            {
                _expiring.Dequeue();
                if (_entries.TryGet(name, out StateEntry entry) && entry.IsExpired(now))
                {
                    byte[] key = _entries.KeyOf(name);
                    _entries.Remove(key, out _);
                    Release(key, entry);
                }
            }

            // A key rewritten with a TTL again and again leaves its earlier ends behind; they must not pile up.
            if (_expiring.Count > (2 * _entries.Count) + 1000)
            {
                _expiring.Clear();
                _expiring.EnqueueRange(_entries.Expiring());
            }
        }
    }

    /// <summary>The writes under way have failed. The gate is held.</summary>
    public void Lost() => _pending.Clear();

    private List<StateProblem>? Check(StateRequest request, Span<StateOperation> operations, long now, StateRules rules)
    {
        bool atomic = rules == StateRules.Atomic;
        if (atomic && request.Operations.FindIndex(static operation => operation.Problem is not null) is >= 0 and int at)
        {
            // What is wrong whatever the store holds is said first.
            return [new StateProblem(at, operations[at].Problem!, IsConflict: false)];
        }

        List<StateProblem>? problems = null;
        _refused.Clear();
        for (int i = 0; i < operations.Length; i++)
        {
            ref readonly StateOperation operation = ref operations[i];
            string? problem = operation.Problem ?? Conflict(operation, request.KeyOf(operation), now, rules);
            _refused.Add(problem is not null);
            if (problem is not null)
            {
                (problems ??= []).Add(new StateProblem(i, problem, IsConflict: operation.Problem is null));
                if (atomic)
                {
                    break;
                }
            }
        }

        return problems;
    }

    private string? Conflict(in StateOperation operation, ReadOnlySpan<byte> key, long now, StateRules rules)
    {
        if (operation.Etag is null && (!operation.FirstWrite || rules == StateRules.AsRedis))
        {
            return null;
        }

        bool exists = TryGetCurrent(key, now, out Guid etag);
        if (!exists && rules == StateRules.AsRedis)
        {
            return null;
        }

        if (operation.Etag is null)
        {
            return exists ? $"{Conflicting}item already exists and no etag was passed" : null;
        }

        if (!exists)
        {
            return $"{Conflicting}state not exist or expired for key={Encoding.UTF8.GetString(key)}";
        }

        string current = etag.ToString("D", CultureInfo.InvariantCulture);
        return current == operation.Etag
            ? null
            : $"{Conflicting}state etag not match for key={Encoding.UTF8.GetString(key)}: current={current}, expect={operation.Etag}";
    }

    private bool TryGetCurrent(ReadOnlySpan<byte> key, long now, out Guid etag)
    {
        if (_pending.Count > 0 && _pending.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out PendingEntry? pending))
        {
            etag = pending.Etag;
            return pending.Exists && (pending.ExpiresAt == 0 || now <= pending.ExpiresAt);
        }

        bool found = _entries.TryGet(key, out StateEntry entry);
        etag = entry.Etag;
        return found && !entry.IsExpired(now);
    }

    private Task Write(StateRequest request, Span<StateOperation> operations, ReadOnlySpan<byte> body, long now)
    {
        ByteBuffer buffer = log.Begin(RecordKind.State);
        buffer.WriteRun(_name);
        buffer.WriteInt32(body.Length);
        int countAt = buffer.Length;
        buffer.WriteInt32(0);
        int count = 0;
        for (int i = 0; i < operations.Length; i++)
        {
            if (_refused[i])
            {
                continue;
            }

            ref readonly StateOperation operation = ref operations[i];
            ReadOnlySpan<byte> key = request.KeyOf(operation);
            PendingEntry pending = Pending(key);
            pending.Writes++;
            pending.Exists = !operation.Delete;
            count++;
            if (operation.Delete)
            {
                buffer.Write((byte)OperationKind.Delete);
                buffer.WriteRun(key);
                continue;
            }

            pending.Etag = EtagSource.Next();
            pending.ExpiresAt = operation.TimeToLiveSeconds > 0 ? now + (operation.TimeToLiveSeconds * 1000L) : 0;
            OperationKind kind = operation.IsRaw ? OperationKind.UpsertRaw : OperationKind.Upsert;
            WriteUpsert(buffer, kind, key, pending.ExpiresAt, pending.Etag, operation.ValueAt, operation.ValueLength);
        }

        buffer.PatchInt32(countAt, count);
        buffer.Write(body);
        return log.End();
    }

    private PendingEntry Pending(ReadOnlySpan<byte> key)
    {
        Dictionary<byte[], PendingEntry>.AlternateLookup<ReadOnlySpan<byte>> lookup = _pending.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(key, out PendingEntry? pending))
        {
            pending = new PendingEntry();
            lookup[key] = pending;
        }

        return pending;
    }
}

/// <summary>What becomes of a request of which some operations are refused.</summary>
internal enum StateRules
{
    /// <summary>Nothing of it is done.</summary>
    Atomic = 1,

    /// <summary>The others are done.</summary>
    Each = 2,

    /// <summary>
    /// The others are done, by Redis' rules for a transaction: an ETag counts where there is a value, and without one whatever is there is
    /// written over, first-write or not.
    /// </summary>
    AsRedis = 3,
}

/// <summary>What became of a request's writes.</summary>
/// <param name="Problems">What the store said against operations, in their order; of an atomic request the first only.</param>
/// <param name="Committed">Ends when what was written is durable and visible.</param>
internal readonly record struct StateOutcome(IReadOnlyList<StateProblem> Problems, Task Committed);

/// <summary>Why an operation was not done.</summary>
/// <param name="Index">Which of the request's operations.</param>
/// <param name="Text">In the store's words.</param>
/// <param name="IsConflict">It is about the ETag.</param>
internal readonly record struct StateProblem(int Index, string Text, bool IsConflict);
