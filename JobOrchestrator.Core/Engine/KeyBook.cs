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
    private readonly Dictionary<OwnedKey, Window> _uniqueWindows = [];
    private readonly Dictionary<OwnedKey, Window> _idempotencyKeys = [];
    private readonly PriorityQueue<(OwnedKey Key, bool IsUnique), DateTimeOffset> _windowEnds = new();

    private readonly record struct Window(JobId Holder, DateTimeOffset Until);

    /// <summary>When the next key becomes free by itself, or null.</summary>
    public DateTimeOffset? NextWindowEnd
    {
        get
        {
            while (_windowEnds.TryPeek(out (OwnedKey Key, bool IsUnique) window, out DateTimeOffset end))
            {
                if (IsOpen(window, end))
                {
                    return end;
                }

                _windowEnds.Dequeue();
            }

            return null;
        }
    }

    /// <summary>The live job of this owner with this externalId; nobody has null.</summary>
    public JobId? ByExternalId(string queue, string? owner, string? externalId) =>
        externalId is null ? null : _externalIds.Of(new OwnedKey(queue, owner, externalId));

    /// <summary>The live jobs of a queue with this externalId, one of each owner, in no order; nobody has null.</summary>
    public IEnumerable<JobId> ByExternalId(string queue, string? externalId) =>
        externalId is null ? [] : _externalIds.Of(queue, externalId);

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

        bool guarded = _uniqueWindows.TryGetValue(owned, out Window window) && window.Until > now && window.Holder != retryOf;
        return guarded ? window.Holder : null;
    }

    /// <summary>The owner's job that came with this idempotency key, live or finished, while the key is remembered.</summary>
    public JobId? ByIdempotencyKey(string queue, string? owner, string? key, DateTimeOffset now) =>
        key is not null && _idempotencyKeys.TryGetValue(new OwnedKey(queue, owner, key), out Window window) && window.Until > now
            ? window.Holder
            : null;

    /// <summary>Enters the keys that a job has by its fields. An idempotency key stays with the job that came first.</summary>
    public void Enter(Job job, DateTimeOffset now)
    {
        if (job.IsFinished)
        {
            // A job that runs again has passed its key on: so there is never more than one guard.
            if (job is { UniqueKey: { } guarded, RetriedAs: null } && UniqueUntil(job) is var end && end > now)
            {
                _uniqueWindows[OwnedBy(job, guarded)] = new Window(job.Id, end);
                _windowEnds.Enqueue((OwnedBy(job, guarded), true), end);
            }
        }
        else
        {
            if (job.ExternalId is { } externalId)
            {
                _externalIds.Enter(OwnedBy(job, externalId), job.Id);
            }

            if (job.UniqueKey is { } uniqueKey)
            {
                _uniqueKeys[OwnedBy(job, uniqueKey)] = job.Id;
            }
        }

        if (job is { IdempotencyKey: { } key, IdempotencyUntil: { } until } && until > now
            && ByIdempotencyKey(job.Queue, job.Owner, key, now) is null)
        {
            _idempotencyKeys[OwnedBy(job, key)] = new Window(job.Id, until);
            _windowEnds.Enqueue((OwnedBy(job, key), false), until);
        }
    }

    /// <summary>One version of a job takes the place of another. Its idempotency key stays unless another submission brought it.</summary>
    public void Replace(Job before, Job after, DateTimeOffset now)
    {
        Leave(before);
        if (before.IdempotencyKey != after.IdempotencyKey || before.IdempotencyUntil != after.IdempotencyUntil)
        {
            LeaveIdempotencyKey(before);
        }

        Enter(after, now);
    }

    /// <summary>Frees all keys of a job, as if it had never been.</summary>
    public void Erase(Job job)
    {
        Leave(job);
        LeaveIdempotencyKey(job);
    }

    /// <summary>Frees an idempotency key whose job is no longer stored.</summary>
    public void FreeIdempotencyKey(string queue, string? owner, string key) => _idempotencyKeys.Remove(new OwnedKey(queue, owner, key));

    /// <summary>
    /// Frees the keys whose time is over. That changes no job, so no bound is set to how many at once: each is a removal or two.
    /// </summary>
    public void CloseWindows(DateTimeOffset now)
    {
        while (_windowEnds.TryPeek(out (OwnedKey Key, bool IsUnique) window, out DateTimeOffset end) && end <= now)
        {
            if (IsOpen(window, end))
            {
                WindowsOf(window.IsUnique).Remove(window.Key);
            }

            _windowEnds.Dequeue();
        }
    }

    private void Leave(Job job)
    {
        if (job.ExternalId is { } externalId)
        {
            _externalIds.Leave(OwnedBy(job, externalId), job.Id);
        }

        if (job.UniqueKey is { } uniqueKey)
        {
            Remove(_uniqueKeys, OwnedBy(job, uniqueKey), job.Id);
            Remove(_uniqueWindows, OwnedBy(job, uniqueKey), job.Id);
        }
    }

    private void LeaveIdempotencyKey(Job job)
    {
        if (job.IdempotencyKey is { } key)
        {
            Remove(_idempotencyKeys, OwnedBy(job, key), job.Id);
        }
    }

    private static void Remove(Dictionary<OwnedKey, JobId> held, OwnedKey key, JobId by)
    {
        if (held.TryGetValue(key, out JobId holder) && holder == by)
        {
            held.Remove(key);
        }
    }

    private static void Remove(Dictionary<OwnedKey, Window> held, OwnedKey key, JobId by)
    {
        if (held.TryGetValue(key, out Window window) && window.Holder == by)
        {
            held.Remove(key);
        }
    }

    /// <summary>
    /// No longer than the job itself is kept: what is no longer stored cannot guard a key after the next start, so it does not before.
    /// </summary>
    private static DateTimeOffset UniqueUntil(Job job)
    {
        DateTimeOffset end = Instant.Later(job.CreatedAt, TimeSpan.FromSeconds(job.UniqueSeconds ?? 0));
        return job.ExpiresAt < end ? job.ExpiresAt.Value : end;
    }

    private bool IsOpen((OwnedKey Key, bool IsUnique) window, DateTimeOffset end) =>
        WindowsOf(window.IsUnique).TryGetValue(window.Key, out Window held) && held.Until == end;

    private Dictionary<OwnedKey, Window> WindowsOf(bool unique) => unique ? _uniqueWindows : _idempotencyKeys;

    private static OwnedKey OwnedBy(Job job, string key) => new(job.Queue, job.Owner, key);
}
