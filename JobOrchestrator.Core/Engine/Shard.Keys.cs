namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private readonly Dictionary<(string Queue, string Key), JobId> _externalIds = [];
    private readonly Dictionary<(string Queue, string Key), JobId> _uniqueKeys = [];

    // Keys that outlive their job's stay in memory. They leave when their time is over; an entry of _windowEnds whose key has been
    // freed or taken anew meanwhile is skipped then.
    private readonly Dictionary<(string Queue, string Key), KeyWindow> _uniqueWindows = [];
    private readonly Dictionary<(string Queue, string Key), KeyWindow> _idempotencyKeys = [];
    private readonly PriorityQueue<(string Queue, string Key, bool IsUnique), DateTimeOffset> _windowEnds = new();

    private readonly record struct KeyWindow(JobId Holder, DateTimeOffset Until);

    private void IndexKeys(Job job)
    {
        if (job.IsFinished)
        {
            // A job that runs again has passed its key on: so there is never more than one guard.
            if (job is { UniqueKey: { } guarded, RetriedAs: null } && UniqueUntil(job) is var end && end > _now)
            {
                _uniqueWindows[(job.Queue, guarded)] = new KeyWindow(job.Id, end);
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

        if (job is { IdempotencyKey: { } key, IdempotencyUntil: { } until } && until > _now
            && !(_idempotencyKeys.TryGetValue((job.Queue, key), out KeyWindow first) && first.Until > _now))
        {
            _idempotencyKeys[(job.Queue, key)] = new KeyWindow(job.Id, until);
            _windowEnds.Enqueue((job.Queue, key, false), until);
        }
    }

    /// <summary>Its idempotency key stays: that goes only with <see cref="DropIdempotencyKey"/>.</summary>
    private void UnindexKeys(Job job)
    {
        if (job.ExternalId is { } externalId)
        {
            RemoveHeld(_externalIds, (job.Queue, externalId), job.Id);
        }

        if (job.UniqueKey is { } uniqueKey)
        {
            RemoveHeld(_uniqueKeys, (job.Queue, uniqueKey), job.Id);
            RemoveHeld(_uniqueWindows, (job.Queue, uniqueKey), job.Id);
        }
    }

    /// <summary>For a submission that never came to be, or that another one has taken the place of.</summary>
    private void DropIdempotencyKey(Job job)
    {
        if (job.IdempotencyKey is { } key)
        {
            RemoveHeld(_idempotencyKeys, (job.Queue, key), job.Id);
        }
    }

    private static void RemoveHeld(Dictionary<(string, string), JobId> held, (string, string) key, JobId by)
    {
        if (held.TryGetValue(key, out JobId holder) && holder == by)
        {
            held.Remove(key);
        }
    }

    private static void RemoveHeld(Dictionary<(string, string), KeyWindow> held, (string, string) key, JobId by)
    {
        if (held.TryGetValue(key, out KeyWindow window) && window.Holder == by)
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

    private JobId? IdempotencyHolder(string queue, string key) =>
        _idempotencyKeys.TryGetValue((queue, key), out KeyWindow window) && window.Until > _now ? window.Holder : null;

    private JobId? ExternalIdHolder(NewJob submitted) =>
        submitted.ExternalId is { } externalId && _externalIds.TryGetValue((submitted.Queue, externalId), out JobId holder) ? holder : null;

    /// <summary>The live job with the submission's unique key, or the finished one whose window is open. A job's own retry passes its window.</summary>
    private JobId? UniqueKeyHolder(NewJob submitted)
    {
        if (submitted.UniqueKey is not { } key)
        {
            return null;
        }

        if (_uniqueKeys.TryGetValue((submitted.Queue, key), out JobId live))
        {
            return live;
        }

        return _uniqueWindows.TryGetValue((submitted.Queue, key), out KeyWindow window) && window.Until > _now && window.Holder != submitted.RetryOf
            ? window.Holder
            : null;
    }

    private IEnumerable<JobId> MissingHolders(NewJob submitted)
    {
        // Holders of external ids are live, hence in memory.
        JobId? first = submitted.IdempotencyKey is { } key ? IdempotencyHolder(submitted.Queue, key) : null;
        if (first is { } answered && !_jobs.ContainsKey(answered))
        {
            yield return answered;
        }

        if (UniqueKeyHolder(submitted) is { } holder && holder != first && !_jobs.ContainsKey(holder))
        {
            yield return holder;
        }
    }

    private DateTimeOffset? NextWindowEnd
    {
        get
        {
            DropClosedWindowEnds();
            return _windowEnds.TryPeek(out _, out DateTimeOffset end) ? end : null;
        }
    }

    /// <summary>Closing a window changes no job, so no bound is set to how many close at once: each is a removal or two.</summary>
    private void CloseWindows()
    {
        while (_windowEnds.TryPeek(out (string Queue, string Key, bool IsUnique) window, out DateTimeOffset end) && end <= _now)
        {
            if (IsOpen(window, end))
            {
                (window.IsUnique ? _uniqueWindows : _idempotencyKeys).Remove((window.Queue, window.Key));
            }

            _windowEnds.Dequeue();
        }
    }

    private void DropClosedWindowEnds()
    {
        while (_windowEnds.TryPeek(out (string Queue, string Key, bool IsUnique) window, out DateTimeOffset end) && !IsOpen(window, end))
        {
            _windowEnds.Dequeue();
        }
    }

    private bool IsOpen((string Queue, string Key, bool IsUnique) window, DateTimeOffset end) =>
        (window.IsUnique ? _uniqueWindows : _idempotencyKeys).TryGetValue((window.Queue, window.Key), out KeyWindow held) && held.Until == end;
}
