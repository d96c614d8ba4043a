namespace JobOrchestrator.Features.Marks;

/// <summary>
/// Which versions of workers ask for a queue's jobs: one that was not seen before, where others were, is a deploy. The first one of a
/// queue is none: for all that is known here it was there before. Thread-safe.
/// </summary>
/// <param name="countMax">How many versions of queues are remembered; those that were seen longest ago go first.</param>
internal sealed class VersionWatch(int countMax = 2_000)
{
    private readonly Dictionary<string, Dictionary<string, DateTimeOffset>> _queues = new(StringComparer.Ordinal); // also the lock
    private int _count;

    /// <summary>A worker asks.</summary>
    /// <returns>It is new here.</returns>
    public bool IsNew(string queue, string version, DateTimeOffset now)
    {
        lock (_queues)
        {
            if (!_queues.TryGetValue(queue, out Dictionary<string, DateTimeOffset>? versions))
            {
                _queues.Add(queue, versions = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal));
            }

            bool isFirst = versions.Count == 0;
            bool isNew = !versions.ContainsKey(version);
            versions[version] = now;
            if (isNew)
            {
                _count++;
                Tidy();
            }

            return isNew && !isFirst;
        }
    }

    private void Tidy()
    {
        if (_count <= countMax)
        {
            return;
        }

        // A tenth at once, so that who comes as one too many does not look at all of them each time.
        foreach ((string queue, string version) in _queues
            .SelectMany(known => known.Value.Select(one => (Queue: known.Key, Version: one.Key, At: one.Value)))
            .OrderBy(one => one.At).Take(countMax / 10 + 1).Select(one => (one.Queue, one.Version)).ToList())
        {
            Dictionary<string, DateTimeOffset> versions = _queues[queue];
            versions.Remove(version);
            _count--;
            if (versions.Count == 0)
            {
                _queues.Remove(queue);
            }
        }
    }
}
