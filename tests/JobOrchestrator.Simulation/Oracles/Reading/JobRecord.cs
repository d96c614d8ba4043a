namespace JobOrchestrator.Simulation.Oracles;

/// <summary>All that commits have said of one job.</summary>
internal sealed class JobRecord(Guid id, int shard)
{
    private readonly List<JobVersion> _versions = [];
    private readonly List<LoggedEvent> _events = [];
    private readonly List<(long Order, long Sequence)> _known = [];

    public Guid Id { get; } = id;

    public int Shard { get; } = shard;

    /// <summary>Its versions, oldest first; none: it lives in its holder's memory only.</summary>
    public IReadOnlyList<JobVersion> Versions => _versions;

    /// <summary>Its last version; null: it lives in its holder's memory only.</summary>
    public JobVersion? Current => _versions.Count > 0 ? _versions[^1] : null;

    /// <summary>Its events, by sequence from 1.</summary>
    public IReadOnlyList<LoggedEvent> Events => _events;

    /// <summary>A commit has taken it out; null: it has not.</summary>
    public JobEnd? Gone { get; private set; }

    /// <summary>When it came to be; null: only its document is known.</summary>
    public long? FirstStep => _versions.Count > 0 && _events.Count > 0
        ? Math.Min(_versions[0].Step, _events[0].Step)
        : _versions.Count > 0 ? _versions[0].Step : _events.Count > 0 ? _events[0].Step : null;

    /// <summary>The sequence that anybody had been told of by then; 0: none.</summary>
    /// <param name="order">A moment in the history's order.</param>
    public long KnownAt(long order)
    {
        for (int i = _known.Count - 1; i >= 0; i--)
        {
            if (_known[i].Order <= order)
            {
                return _known[i].Sequence;
            }
        }

        return 0;
    }

    /// <summary>Somebody has been told of the job at this sequence.</summary>
    public void Tell(long order, long sequence)
    {
        if (_known.Count == 0 || _known[^1].Sequence < sequence)
        {
            _known.Add((order, sequence));
        }
    }

    /// <summary>The version in force at a step: the last one stored by then; null: there was none yet.</summary>
    public JobVersion? AtStep(long step)
    {
        for (int i = _versions.Count - 1; i >= 0; i--)
        {
            if (_versions[i].Step <= step)
            {
                return _versions[i];
            }
        }

        return null;
    }

    /// <summary>What the job was at some moment of a window: the version in force at its begin, and all stored in it.</summary>
    public IEnumerable<JobVersion> Within(long fromStep, long toStep)
    {
        for (int i = _versions.Count - 1; i >= 0; i--)
        {
            if (_versions[i].Step > toStep)
            {
                continue;
            }

            yield return _versions[i];
            if (_versions[i].Step < fromStep)
            {
                yield break;
            }
        }
    }

    public void Add(JobVersion version) => _versions.Add(version);

    public void Add(LoggedEvent logged) => _events.Add(logged);

    public void End(JobEnd end) => Gone ??= end;

    public override string ToString() => Id.ToString();
}

/// <summary>How and when a commit took a job out.</summary>
/// <param name="Purged">On request; else by retention.</param>
/// <param name="Step">The commit's step.</param>
/// <param name="At">The commit's time.</param>
internal sealed record JobEnd(bool Purged, long Step, DateTimeOffset At);

/// <summary>An event in its shard's outbox.</summary>
/// <param name="Event">The event.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Place">Its place among all events of the shard.</param>
/// <param name="Outbox">The number of its outbox document.</param>
/// <param name="Step">The commit's step.</param>
/// <param name="At">The commit's time.</param>
internal sealed record LoggedEvent(EventRead Event, int Shard, int Place, long Outbox, long Step, DateTimeOffset At)
{
    /// <summary>It has come to the broker, or was given up because the broker refuses its topic.</summary>
    public bool Arrived { get; set; }
}
