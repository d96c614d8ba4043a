namespace JobOrchestrator.Core;

/// <summary>
/// Which job has which key: the externalIds and unique keys of live jobs, and the keys that are still taken for a while: unique keys of
/// finished jobs, and idempotency keys. It says who has a key and decides nothing.
/// </summary>
internal sealed class KeyBook
{
    private readonly ExternalIds _externalIds = new();
    private readonly Dictionary<OwnedKey, JobId> _uniqueKeys = [];

    // Keys that outlive their job's stay in memory. They leave when their time is over; an entry of _windowEnds whose key has been
    // freed or taken anew meanwhile is skipped then.
    private readonly Dictionary<KeyHash, Window> _windows = [];
    private readonly PriorityQueue<KeyHash, long> _windowEnds = new(); // by UTC ticks

    private readonly record struct Window(JobId Holder, long UntilTicks);

    /// <summary>When the next key becomes free by itself, or null.</summary>
    public DateTimeOffset? NextWindowEnd
    {
        get
        {
            while (_windowEnds.TryPeek(out KeyHash key, out long end))
            {
                if (IsOpen(key, end))
                {
                    return new DateTimeOffset(end, TimeSpan.Zero);
                }

                _windowEnds.Dequeue();
            }

            return null;
        }
    }

    /// <summary>The live job of this owner with this externalId; nobody has null.</summary>
    public JobId? ByExternalId(string queue, string? owner, string? externalId) =>
        externalId is null ? null : _externalIds.Of(new OwnedKey(queue, owner, externalId));

    /// <summary>
    /// The live jobs of a queue with this externalId, one of each owner, in their arrival, so many at most; nobody has null.
    /// </summary>
    public IEnumerable<JobId> ByExternalId(string queue, string? externalId, int max) =>
        externalId is null ? [] : _externalIds.Of(queue, externalId, max);

    /// <summary>The live job of this owner with this unique key, or the finished one whose window is open.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="key">The key; nobody has null.</param>
    /// <param name="retryOf">The job that asks runs this finished one again, so that one's window is no bar.</param>
    /// <param name="now">Windows that end now have ended.</param>
    public JobId? ByUniqueKey(string queue, string? owner, string? key, JobId? retryOf, DateTimeOffset now)
    {
        if (key is null)
        {
            return null;
        }

        var owned = new OwnedKey(queue, owner, key);
        if (_uniqueKeys.TryGetValue(owned, out JobId live))
        {
            return live;
        }

        JobId? guard = HolderOf(KeyHash.OfUnique(owned), now);
        return guard == retryOf ? null : guard;
    }

    /// <summary>The owner's job that came with this idempotency key, live or finished, while the key is remembered.</summary>
    public JobId? ByIdempotencyKey(string queue, string? owner, string? key, DateTimeOffset now) =>
        key is null ? null : HolderOf(KeyHash.OfIdempotency(new OwnedKey(queue, owner, key)), now);

    /// <summary>Enters the keys that a job has by its fields. An idempotency key stays with the first while that is kept.</summary>
    public void Enter(Job job, DateTimeOffset now)
    {
        EnterAsIs(job, now);
        if (job is { IdempotencyKey: { } key, IdempotencyUntil: { } until } && until > now && !(job.ExpiresAt <= now)
            && KeyHash.OfIdempotency(OwnedBy(job, key)) is var hash && HolderOf(hash, now) is null)
        {
            Open(hash, job.Id, until);
        }
    }

    /// <summary>One version of a job takes the place of another. Its idempotency key stays unless another submission brought it.</summary>
    public void Replace(Job before, Job after, DateTimeOffset now)
    {
        Leave(before);
        if (before.IdempotencyKey == after.IdempotencyKey && before.IdempotencyUntil == after.IdempotencyUntil)
        {
            EnterAsIs(after, now);
            return;
        }

        LeaveIdempotencyKey(before);
        Enter(after, now);
    }

    /// <summary>Frees all keys of a job, as if it had never been.</summary>
    public void Erase(Job job)
    {
        Leave(job);
        LeaveIdempotencyKey(job);
    }

    /// <summary>Frees an idempotency key whose job is no longer stored.</summary>
    public void FreeIdempotencyKey(string queue, string? owner, string key) =>
        _windows.Remove(KeyHash.OfIdempotency(new OwnedKey(queue, owner, key)));

    /// <summary>Frees the keys whose time is over, so many at most; nobody has them any more in any case.</summary>
    public void CloseWindows(DateTimeOffset now, int max)
    {
        for (; max > 0 && _windowEnds.TryPeek(out KeyHash key, out long end) && end <= now.UtcTicks; max--)
        {
            if (IsOpen(key, end))
            {
                _windows.Remove(key);
            }

            _windowEnds.Dequeue();
        }
    }

    /// <summary>Enters all keys but the idempotency key.</summary>
    private void EnterAsIs(Job job, DateTimeOffset now)
    {
        if (job.IsFinished)
        {
            // A job that runs again has passed its key on: so there is never more than one guard.
            if (job is { UniqueKey: { } guarded, RetriedAs: null } && UniqueUntil(job) is var end && end > now)
            {
                Open(KeyHash.OfUnique(OwnedBy(job, guarded)), job.Id, end);
            }

            return;
        }

        if (job.ExternalId is { } externalId)
        {
            _externalIds.Enter(OwnedBy(job, externalId), job.Id, job.Order);
        }

        if (job.UniqueKey is { } uniqueKey)
        {
            _uniqueKeys[OwnedBy(job, uniqueKey)] = job.Id;
        }
    }

    private void Leave(Job job)
    {
        if (job.ExternalId is { } externalId)
        {
            _externalIds.Leave(OwnedBy(job, externalId), job.Id);
        }

        if (job.UniqueKey is not { } uniqueKey)
        {
            return;
        }

        OwnedKey owned = OwnedBy(job, uniqueKey);
        if (job.IsFinished)
        {
            Close(KeyHash.OfUnique(owned), job.Id);
        }
        else if (_uniqueKeys.TryGetValue(owned, out JobId holder) && holder == job.Id)
        {
            _uniqueKeys.Remove(owned);
        }
    }

    private void LeaveIdempotencyKey(Job job)
    {
        if (job.IdempotencyKey is { } key)
        {
            Close(KeyHash.OfIdempotency(OwnedBy(job, key)), job.Id);
        }
    }

    private JobId? HolderOf(KeyHash key, DateTimeOffset now) =>
        _windows.TryGetValue(key, out Window window) && window.UntilTicks > now.UtcTicks ? window.Holder : null;

    private void Open(KeyHash key, JobId holder, DateTimeOffset until)
    {
        _windows[key] = new Window(holder, until.UtcTicks);
        _windowEnds.Enqueue(key, until.UtcTicks);
    }

    private void Close(KeyHash key, JobId by)
    {
        if (_windows.TryGetValue(key, out Window window) && window.Holder == by)
        {
            _windows.Remove(key);
        }
    }

    private bool IsOpen(KeyHash key, long end) => _windows.TryGetValue(key, out Window held) && held.UntilTicks == end;

    private static OwnedKey OwnedBy(Job job, string key) => new(job.Queue, job.Owner, key);

    /// <summary>
    /// No longer than the job itself is kept: what is no longer stored cannot guard a key after the next start, so it does not before.
    /// </summary>
    private static DateTimeOffset UniqueUntil(Job job)
    {
        DateTimeOffset end = Instant.Later(job.CreatedAt, TimeSpan.FromSeconds(job.UniqueSeconds ?? 0));
        return job.ExpiresAt < end ? job.ExpiresAt.Value : end;
    }
}
