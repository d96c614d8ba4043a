namespace JobOrchestrator.Core;

/// <summary>
/// Idempotency keys whose requests were answered with a job that another request had made: the same request again gets the same answer.
/// In memory only, and the oldest give way to new ones: such a request changed nothing, so one that is evaluated anew is as true.
/// </summary>
/// <param name="keptMax">Most keys; 100,000 are some 15 MB.</param>
internal sealed class Answers(int keptMax = 100_000)
{
    private readonly Dictionary<KeyHash, Answer> _byKey = [];
    private readonly Queue<(KeyHash Key, DateTimeOffset Until)> _byAge = [];

    /// <summary>One answer.</summary>
    /// <param name="Job">The job that was the answer.</param>
    /// <param name="Fingerprint">A hash of the request.</param>
    /// <param name="Until">Until when it is remembered.</param>
    public readonly record struct Answer(JobId Job, UInt128 Fingerprint, DateTimeOffset Until);

    /// <summary>The answer that a key's request had, or null.</summary>
    public Answer? Of(OwnedKey key, DateTimeOffset now) =>
        _byKey.Count > 0 && _byKey.TryGetValue(KeyHash.OfIdempotency(key), out Answer answer) && answer.Until > now ? answer : null;

    /// <summary>Remembers an answer.</summary>
    public void Keep(OwnedKey key, Answer answer)
    {
        var hash = KeyHash.OfIdempotency(key);
        _byKey[hash] = answer;
        _byAge.Enqueue((hash, answer.Until));
        if (_byAge.Count > keptMax)
        {
            DropOldest();
        }
    }

    /// <summary>Remembers an answer no more.</summary>
    public void Drop(OwnedKey key) => _byKey.Remove(KeyHash.OfIdempotency(key));

    /// <summary>Drops answers whose time is over, so many at most.</summary>
    public void Close(DateTimeOffset now, int max)
    {
        for (; max > 0 && _byAge.TryPeek(out (KeyHash Key, DateTimeOffset Until) oldest) && oldest.Until <= now; max--)
        {
            DropOldest();
        }
    }

    private void DropOldest()
    {
        (KeyHash key, DateTimeOffset until) = _byAge.Dequeue();
        if (_byKey.TryGetValue(key, out Answer answer) && answer.Until == until)
        {
            _byKey.Remove(key);
        }
    }
}
