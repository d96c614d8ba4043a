using System.Globalization;
using System.Text;
using LocalSidecar.Log;

namespace LocalSidecar.State;

/// <summary>
/// One state component with the semantics of <c>state.in-memory</c>: every ETag of a request is checked under one
/// lock before anything is written. Checks see the writes under way; readers see only what is committed.
/// </summary>
internal sealed partial class StateStore(string name, CommitLog log, TimeProvider time)
{
    // What the log needs for a value besides the value: see Write.
    private const int OverheadBytes = 64;

    private readonly Dictionary<byte[], StateEntry> _entries = new(KeyComparer.Instance);
    private readonly Dictionary<byte[], PendingEntry> _pending = new(KeyComparer.Instance);
    private readonly PriorityQueue<byte[], long> _expiring = new();
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);
    private readonly List<Guid> _etags = [];
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

    /// <summary>Checks and writes. Atomic: all or nothing. Otherwise the operations that pass are written, and the others' problems come back.</summary>
    public StateOutcome Execute(StateRequest request, ReadOnlySpan<byte> body, bool atomic)
    {
        var operations = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(request.Operations);
        foreach (ref readonly var operation in operations)
        {
            if (operation.Problem is not null && (atomic || operations.Length == 1))
            {
                return new StateOutcome(operation.Problem, IsConflict: false, Task.CompletedTask);
            }
        }

        lock (log.Gate)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var refusal = Check(request, operations, now, atomic, out var allConflicts, out var refused);
            if (refusal is not null && (atomic || refused == operations.Length))
            {
                return new StateOutcome(refusal, allConflicts, Task.CompletedTask);
            }

            return new StateOutcome(refusal, allConflicts, Write(request, operations, body, now));
        }
    }

    /// <summary>The value under a key, or null.</summary>
    /// <exception cref="IOException">It cannot be read from the disk.</exception>
    public StateValue? Get(ReadOnlySpan<byte> key)
    {
        while (true)
        {
            StateEntry entry;
            lock (log.Gate)
            {
                if (!_entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out entry)
                    || entry.IsExpired(time.GetUtcNow().ToUnixTimeMilliseconds()))
                {
                    return null;
                }
            }

            try
            {
                var value = new byte[entry.Place.Length];
                entry.Place.Segment.Read(value, entry.Place.Offset);
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
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            while (_expiring.TryPeek(out var key, out var due) && due < now)
            {
                _expiring.Dequeue();
                if (_entries.TryGetValue(key, out var entry) && entry.IsExpired(now))
                {
                    _entries.Remove(key);
                    Release(key, entry);
                }
            }

            // A key rewritten with a TTL again and again leaves its earlier ends behind; they must not pile up.
            if (_expiring.Count > (2 * _entries.Count) + 1000)
            {
                _expiring.Clear();
                _expiring.EnqueueRange(_entries.Where(static pair => pair.Value.ExpiresAt != 0).Select(static pair => (pair.Key, pair.Value.ExpiresAt)));
            }
        }
    }

    /// <summary>The writes under way have failed. The gate is held.</summary>
    public void Lost() => _pending.Clear();

    private string? Check(StateRequest request, Span<StateOperation> operations, long now, bool atomic, out bool allConflicts, out int refused)
    {
        string? first = null;
        refused = 0;
        allConflicts = true;
        _refused.Clear();
        foreach (ref readonly var operation in operations)
        {
            var problem = operation.Problem ?? Conflict(operation, request.KeyOf(operation), now);
            _refused.Add(problem is not null);
            if (problem is null)
            {
                continue;
            }

            refused++;
            allConflicts &= operation.Problem is null;
            first ??= problem;
            if (atomic)
            {
                break;
            }
        }

        return first;
    }

    private string? Conflict(in StateOperation operation, ReadOnlySpan<byte> key, long now)
    {
        if (operation.Etag is null && !operation.FirstWrite)
        {
            return null;
        }

        var exists = TryGetCurrent(key, now, out var etag);
        if (operation.Etag is null)
        {
            return exists ? "possible etag mismatch. error from state store: item already exists and no etag was passed" : null;
        }

        if (!exists)
        {
            return $"possible etag mismatch. error from state store: state not exist or expired for key={Encoding.UTF8.GetString(key)}";
        }

        var current = etag.ToString("D", CultureInfo.InvariantCulture);
        return current == operation.Etag
            ? null
            : $"possible etag mismatch. error from state store: state etag not match for key={Encoding.UTF8.GetString(key)}: current={current}, expect={operation.Etag}";
    }

    private bool TryGetCurrent(ReadOnlySpan<byte> key, long now, out Guid etag)
    {
        if (_pending.Count > 0 && _pending.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var pending))
        {
            etag = pending.Etag;
            return pending.Exists && (pending.ExpiresAt == 0 || now <= pending.ExpiresAt);
        }

        var found = _entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var entry);
        etag = entry.Etag;
        return found && !entry.IsExpired(now);
    }

    private Task Write(StateRequest request, Span<StateOperation> operations, ReadOnlySpan<byte> body, long now)
    {
        var buffer = log.Begin(RecordKind.State);
        buffer.WriteRun(_name);
        buffer.WriteInt32(body.Length);
        var countAt = buffer.Length;
        buffer.WriteInt32(0);
        var count = 0;
        for (var i = 0; i < operations.Length; i++)
        {
            if (_refused[i])
            {
                continue;
            }

            ref readonly var operation = ref operations[i];
            var key = request.KeyOf(operation);
            var pending = Pending(key);
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
        var lookup = _pending.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(key, out var pending))
        {
            pending = new PendingEntry();
            lookup[key] = pending;
        }

        return pending;
    }
}

/// <summary>What became of a request's writes.</summary>
/// <param name="Problem">The first thing the store said against it; null when all is well.</param>
/// <param name="IsConflict">Every problem was about an ETag.</param>
/// <param name="Committed">Ends when what was written is durable and visible.</param>
internal readonly record struct StateOutcome(string? Problem, bool IsConflict, Task Committed);
