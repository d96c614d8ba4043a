namespace JobOrchestrator.Core;

/// <summary>
/// Which job has which key: the externalIds and unique keys of live jobs, and the keys that are still taken for a while: unique keys of
/// finished jobs, and idempotency keys. A key belongs to a queue. It says who has a key and decides nothing.
/// </summary>
internal sealed class KeyBook
{
    private readonly Dictionary<(string Queue, string Key), JobId> _externalIds = [];
    private readonly Dictionary<(string Queue, string Key), JobId> _uniqueKeys = [];

    // Keys that outlive their job's stay in memory. They leave when their time is over; an entry of _windowEnds whose key has been
    // freed or taken anew meanwhile is skipped then.
    private readonly Dictionary<(string Queue, string Key), Window> _uniqueWindows = [];
    private readonly Dictionary<(string Queue, string Key), Window> _idempotencyKeys = [];
    private readonly PriorityQueue<(string Queue, string Key, bool IsUnique), DateTimeOffset> _windowEnds = new();

    private readonly record struct Window(JobId Holder, DateTimeOffset Until);

    /// <summary>When the next key becomes free by itself, or null.</summary>
    public DateTimeOffset? NextWindowEnd
    {
        get
        {
            while (_windowEnds.TryPeek(out (string Queue, string Key, bool IsUnique) window, out DateTimeOffset end))
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

    /// <summary>The live job with this externalId.</summary>
    public JobId? ByExternalId(string queue, string? externalId) =>
        externalId is not null && _externalIds.TryGetValue((queue, externalId), out JobId holder) ? holder : null;

    /// <summary>The live job with this unique key, or the finished one whose window is open.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="key">The key; nobody has null.</param>
    /// <param name="retryOf">The job that asks runs this finished one again, so that one's window is no bar.</param>
    /// <param name="now">Windows that end now have ended.</param>
    public JobId? ByUniqueKey(string queue, string? key, JobId? retryOf, DateTimeOffset now)
    {
        if (key is null)
        {
            return null;
        }

        if (_uniqueKeys.TryGetValue((queue, key), out JobId live))
        {
            return live;
        }

        bool guarded = _uniqueWindows.TryGetValue((queue, key), out Window window) && window.Until > now && window.Holder != retryOf;
        return guarded ? window.Holder : null;
    }

    /// <summary>The job that came with this idempotency key, live or finished, while the key is remembered.</summary>
    public JobId? ByIdempotencyKey(string queue, string? key, DateTimeOffset now) =>
        key is not null && _idempotencyKeys.TryGetValue((queue, key), out Window window) && window.Until > now ? window.Holder : null;

    /// <summary>Enters the keys that a job has by its fields. An idempotency key stays with the job that came first.</summary>
    public void Enter(Job job, DateTimeOffset now)
    {
        if (job.IsFinished)
        {
            // A job that runs again has passed its key on: so there is never more than one guard.
            if (job is { UniqueKey: { } guarded, RetriedAs: null } && UniqueUntil(job) is var end && end > now)
            {
                _uniqueWindows[(job.Queue, guarded)] = new Window(job.Id, end);
                _windowEnds.Enqueue((job.Queue, guarded, true), end);
            }
        }
        else
        {
            if (job.ExternalId is { } externalId)
            {
                _externalIds[(job.Queue, externalId)] = job.Id;
            }

            if (job.UniqueKey is { } uniqueKey)
            {
                _uniqueKeys[(job.Queue, uniqueKey)] = job.Id;
            }
        }

        if (job is { IdempotencyKey: { } key, IdempotencyUntil: { } until } && until > now
            && ByIdempotencyKey(job.Queue, key, now) is null)
        {
            _idempotencyKeys[(job.Queue, key)] = new Window(job.Id, until);
            _windowEnds.Enqueue((job.Queue, key, false), until);
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
    public void FreeIdempotencyKey(string queue, string key) => _idempotencyKeys.Remove((queue, key));

    /// <summary>
    /// Frees the keys whose time is over. That changes no job, so no bound is set to how many at once: each is a removal or two.
    /// </summary>
    public void CloseWindows(DateTimeOffset now)
    {
        while (_windowEnds.TryPeek(out (string Queue, string Key, bool IsUnique) window, out DateTimeOffset end) && end <= now)
        {
            if (IsOpen(window, end))
            {
                WindowsOf(window.IsUnique).Remove((window.Queue, window.Key));
            }

            _windowEnds.Dequeue();
        }
    }

    private void Leave(Job job)
    {
        if (job.ExternalId is { } externalId)
        {
            Remove(_externalIds, (job.Queue, externalId), job.Id);
        }

        if (job.UniqueKey is { } uniqueKey)
        {
            Remove(_uniqueKeys, (job.Queue, uniqueKey), job.Id);
            Remove(_uniqueWindows, (job.Queue, uniqueKey), job.Id);
        }
    }

    private void LeaveIdempotencyKey(Job job)
    {
        if (job.IdempotencyKey is { } key)
        {
            Remove(_idempotencyKeys, (job.Queue, key), job.Id);
        }
    }

    private static void Remove(Dictionary<(string, string), JobId> held, (string, string) key, JobId by)
    {
        if (held.TryGetValue(key, out JobId holder) && holder == by)
        {
            held.Remove(key);
        }
    }

    private static void Remove(Dictionary<(string, string), Window> held, (string, string) key, JobId by)
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

    private bool IsOpen((string Queue, string Key, bool IsUnique) window, DateTimeOffset end) =>
        WindowsOf(window.IsUnique).TryGetValue((window.Queue, window.Key), out Window held) && held.Until == end;

    private Dictionary<(string Queue, string Key), Window> WindowsOf(bool unique) => unique ? _uniqueWindows : _idempotencyKeys;
}
