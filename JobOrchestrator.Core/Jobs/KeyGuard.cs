namespace JobOrchestrator.Core;

/// <summary>
/// A key that stays taken until its time is over, whatever becomes of the job that brought it: what has to be stored of it once the job's
/// document is not read any more, or is gone.
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="Holder">The job that brought it.</param>
/// <param name="Until">Until when it is taken.</param>
/// <param name="Fingerprint">Of the submission that an idempotency key came with; 0 for a unique key.</param>
public readonly record struct KeyGuard(KeyHash Key, JobId Holder, DateTimeOffset Until, ulong Fingerprint = 0)
{
    /// <summary>So much of a submission's fingerprint tells a repetition from another request, but for one in 10^19.</summary>
    public static ulong PartOf(UInt128 fingerprint) => (ulong)fingerprint;

    /// <summary>
    /// What a job that runs again passes on to the new one beside its unique key: that the key is taken longer than it says itself, for a
    /// submission whose place it has taken said so.
    /// </summary>
    internal static IReadOnlyList<KeyGuard> PassedOn(Job job, JobId newId, DateTimeOffset now)
    {
        if (job.EarlierKeys.Count == 0 || job.UniqueKey is not { } key)
        {
            return [];
        }

        var unique = KeyHash.OfUnique(new OwnedKey(job.Queue, job.Owner, key));
        KeyGuard[] passedOn =
        [
            .. job.EarlierKeys.Where(earlier => earlier.Key == unique && earlier.Until > now)
                .Select(earlier => earlier with { Holder = newId }),
        ];
        return passedOn.Length > 0 ? passedOn : [];
    }

    /// <summary>
    /// What a job leaves taken, or would if it ended now: its unique key for its window, unless it runs again as another job; its
    /// idempotency key; and those of submissions whose place it has taken. Some may be over.
    /// </summary>
    public static IReadOnlyList<KeyGuard> Of(Job job)
    {
        bool isUnique = job is { UniqueKey: not null, UniqueSeconds: > 0, RetriedAs: null };
        if (!isUnique && job.IdempotencyKey is null && job.EarlierKeys.Count == 0)
        {
            return [];
        }

        return Of(job, isUnique);
    }

    private static List<KeyGuard> Of(Job job, bool isUnique)
    {
        KeyHash? passedOn = job is { RetriedAs: not null, UniqueKey: { } again }
            ? KeyHash.OfUnique(new OwnedKey(job.Queue, job.Owner, again))
            : null;
        var guards = new List<KeyGuard>(job.EarlierKeys.Where(earlier => earlier.Key != passedOn));
        if (isUnique)
        {
            guards.Add(new KeyGuard(
                KeyHash.OfUnique(new OwnedKey(job.Queue, job.Owner, job.UniqueKey!)),
                job.Id,
                Instant.Later(job.CreatedAt, TimeSpan.FromSeconds(job.UniqueSeconds!.Value))));
        }

        if (job is { IdempotencyKey: { } key, IdempotencyUntil: { } until })
        {
            guards.Add(new KeyGuard(
                KeyHash.OfIdempotency(new OwnedKey(job.Queue, job.Owner, key)), job.Id, until, PartOf(job.Fingerprint)));
        }

        return guards;
    }
}
