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

    private readonly record struct Window(JobId Holder, long UntilTicks, ulong Fingerprint);

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

        JobId? guard = WindowOf(KeyHash.OfUnique(owned), now)?.Holder;
        return guard == retryOf ? null : guard;
    }

    /// <summary>
    /// The owner's job that came with this idempotency key, live, finished or gone, while the key is remembered; and what it came with.
    /// </summary>
    public (JobId Job, ulong Fingerprint)? ByIdempotencyKey(string queue, string? owner, string? key, DateTimeOffset now) =>
        key is not null && WindowOf(KeyHash.OfIdempotency(new OwnedKey(queue, owner, key)), now) is { } window
            ? (window.Holder, window.Fingerprint)
            : null;

    /// <summary>Until when a unique key is taken that no live job has; null: it is not.</summary>
    public DateTimeOffset? UniqueKeyUntil(string queue, string? owner, string key, DateTimeOffset now) =>
        WindowOf(KeyHash.OfUnique(new OwnedKey(queue, owner, key)), now) is { } window
            ? new DateTimeOffset(window.UntilTicks, TimeSpan.Zero)
            : null;

    /// <summary>Enters the keys that a job has by its fields.</summary>
    public void Enter(Job job, DateTimeOffset now)
    {
        EnterNames(job);
        foreach (KeyGuard guard in WindowsOf(job))
        {
            Enter(guard, now);
        }
    }

    /// <summary>
    /// Takes a key until its time is over. Where another job has it, the one that has it longer keeps it: that one came later. Only what
    /// is loaded can meet so, for a job passes its unique key on when it runs again, and what is stored of it before is not rewritten.
    /// </summary>
    public void Enter(KeyGuard guard, DateTimeOffset now)
    {
        var window = new Window(guard.Holder, guard.Until.UtcTicks, guard.Fingerprint);
        bool isHeld = _windows.TryGetValue(guard.Key, out Window held) && (held.UntilTicks > window.UntilTicks || held == window);
        if (guard.Until > now && !isHeld)
        {
            _windows[guard.Key] = window;
            _windowEnds.Enqueue(guard.Key, window.UntilTicks);
        }
    }

    /// <summary>One version of a job takes the place of another; what the new one says nothing of is free.</summary>
    public void Replace(Job before, Job after, DateTimeOffset now)
    {
        LeaveNames(before);
        EnterNames(after);
        if (HaveSameWindows(before, after))
        {
            return;
        }

        IReadOnlyList<KeyGuard> guards = WindowsOf(after);
        foreach (KeyGuard left in WindowsOf(before).Where(left => !guards.Contains(left)))
        {
            Close(left.Key, before.Id);
        }

        foreach (KeyGuard guard in guards)
        {
            Enter(guard, now);
        }
    }

    /// <summary>Frees all keys of a job, as if it had never been.</summary>
    public void Erase(Job job)
    {
        LeaveNames(job);
        foreach (KeyGuard guard in WindowsOf(job))
        {
            Close(guard.Key, job.Id);
        }
    }

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

    /// <summary>Enters the keys that a job has while it lives.</summary>
    private void EnterNames(Job job)
    {
        if (job.IsFinished)
        {
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

    private void LeaveNames(Job job)
    {
        if (job.ExternalId is { } externalId)
        {
            _externalIds.Leave(OwnedBy(job, externalId), job.Id);
        }

        if (job is { IsFinished: false, UniqueKey: { } uniqueKey } && OwnedBy(job, uniqueKey) is var owned
            && _uniqueKeys.TryGetValue(owned, out JobId holder) && holder == job.Id)
        {
            _uniqueKeys.Remove(owned);
        }
    }

    /// <summary>What is taken for a while by a job: of its unique key there is a window only once it has ended.</summary>
    private static IReadOnlyList<KeyGuard> WindowsOf(Job job) =>
        job.IsFinished || job.UniqueKey is null ? KeyGuard.Of(job)
            : job.IdempotencyKey is null && job.EarlierKeys.Count == 0 ? []
            : KeyGuard.Of(job with { Spec = job.Spec with { UniqueKey = null } });

    /// <summary>Whether two versions of a job take the same, told without a hash: so it is with nearly every change.</summary>
    private static bool HaveSameWindows(Job before, Job after) =>
        before.IdempotencyKey == after.IdempotencyKey && before.IdempotencyUntil == after.IdempotencyUntil
        && ReferenceEquals(before.EarlierKeys, after.EarlierKeys) && before.RetriedAs == after.RetriedAs
        && !IsGuarding(before) && !IsGuarding(after);

    private static bool IsGuarding(Job job) => job is { IsFinished: true, UniqueKey: not null, UniqueSeconds: > 0, RetriedAs: null };

    private Window? WindowOf(KeyHash key, DateTimeOffset now) =>
        _windows.TryGetValue(key, out Window window) && window.UntilTicks > now.UtcTicks ? window : null;

    private void Close(KeyHash key, JobId by)
    {
        if (_windows.TryGetValue(key, out Window window) && window.Holder == by)
        {
            _windows.Remove(key);
        }
    }

    private bool IsOpen(KeyHash key, long end) => _windows.TryGetValue(key, out Window held) && held.UntilTicks == end;

    private static OwnedKey OwnedBy(Job job, string key) => new(job.Queue, job.Owner, key);
}
