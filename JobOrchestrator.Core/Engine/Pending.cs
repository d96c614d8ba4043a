namespace JobOrchestrator.Core;

/// <summary>
/// What has happened since the changes were last taken: which jobs have another version and how they were before, what is to be told,
/// who was forgotten, and who leaves memory with it. It keeps what is needed to store all of it or to take all of it back.
/// </summary>
internal sealed class Pending
{
    // A dictionary alone loses the order of first changes once entries are removed (a batch that is undone), hence the list beside it.
    private readonly List<JobId> _touched = [];
    private readonly Dictionary<JobId, Job?> _before = []; // null: it was not
    private readonly List<JobId> _created = [];
    private readonly List<(Job Stored, ForgottenJob Gone)> _forgotten = [];
    private readonly List<JobEvent> _events = [];
    private readonly List<OwnedKey> _answered = [];
    private readonly HashSet<JobId> _finishing = [];
    private readonly HashSet<JobId> _visitors = [];
    private readonly List<string> _queues = [];
    private readonly Dictionary<string, QueueSettings> _settingsBefore = [];

    /// <summary>A place that events, new jobs and answers can be taken back to.</summary>
    /// <param name="Events">How many events there were.</param>
    /// <param name="Created">How many new jobs there were.</param>
    /// <param name="Answered">How many answers there were.</param>
    public readonly record struct Mark(int Events, int Created, int Answered);

    /// <summary>How many documents have to be written or deleted.</summary>
    public int Documents => _touched.Count + _forgotten.Count + _queues.Count;

    /// <summary>A bound on the bytes of these documents.</summary>
    public long Bytes { get; private set; }

    /// <summary>How far events, new jobs and answers have come.</summary>
    public Mark Here => new(_events.Count, _created.Count, _answered.Count);

    /// <summary>The jobs touched, in the order of their first change, each as it was before (null: it was not).</summary>
    public IEnumerable<(JobId Id, Job? Before)> Touched => _touched.Select(id => (id, _before[id]));

    /// <summary>The finished jobs that were forgotten, as they are stored.</summary>
    public IEnumerable<Job> Forgotten => _forgotten.Select(forgotten => forgotten.Stored);

    /// <summary>The settings touched, as they were before.</summary>
    public IReadOnlyCollection<QueueSettings> SettingsBefore => _settingsBefore.Values;

    /// <summary>Jobs that have ended and leave memory once that is stored.</summary>
    public IReadOnlyCollection<JobId> Finishing => _finishing;

    /// <summary>Finished jobs that were brought back into memory for a command.</summary>
    public IReadOnlyCollection<JobId> Visitors => _visitors;

    /// <summary>All of it, with the jobs and settings as they are now.</summary>
    public Changes ToChanges(JobTable jobs, Lines lines) => new(
        _touched.ConvertAll(id => jobs[id]),
        _created.ConvertAll(id => jobs[id]),
        _forgotten.ConvertAll(forgotten => forgotten.Gone),
        [.. _events],
        _queues.ConvertAll(lines.SettingsOf));

    /// <summary>A job has another version (before: null for a new one).</summary>
    public void Touch(Job? before, Job after)
    {
        if (_before.TryAdd(after.Id, before))
        {
            _touched.Add(after.Id);
            Bytes += after.DocumentBytesMax;
        }
        else
        {
            Bytes += after.DocumentBytesMax - (before?.DocumentBytesMax ?? 0);
        }

        if (!after.IsFinished)
        {
            _finishing.Remove(after.Id);
        }
        else if (!_visitors.Contains(after.Id))
        {
            _finishing.Add(after.Id);
        }
    }

    /// <summary>A queue's settings are others.</summary>
    public void Touch(QueueSettings before, QueueSettings after)
    {
        if (_settingsBefore.TryAdd(after.Name, before))
        {
            _queues.Add(after.Name);
            Bytes += after.DocumentBytesMax;
        }
        else if (after == _settingsBefore[after.Name])
        {
            // Paused and resumed, say: they are what is stored.
            _settingsBefore.Remove(after.Name);
            _queues.Remove(after.Name);
            Bytes -= before.DocumentBytesMax;
        }
        else
        {
            Bytes += after.DocumentBytesMax - before.DocumentBytesMax;
        }
    }

    /// <summary>A touched job is an earlier version of itself again.</summary>
    public void PutBack(Job before, Job after)
    {
        _finishing.Remove(before.Id);
        Bytes += before.DocumentBytesMax - after.DocumentBytesMax;
        if (ReferenceEquals(_before[before.Id], before))
        {
            Untouch(before);
        }
    }

    /// <summary>A job needs no document after all.</summary>
    /// <param name="job">The job as it was last touched.</param>
    public void Untouch(Job job)
    {
        _finishing.Remove(job.Id);
        if (_before.Remove(job.Id))
        {
            _touched.RemoveAt(_touched.LastIndexOf(job.Id));
            Bytes -= job.DocumentBytesMax;
        }
    }

    /// <summary>To the store, this job is new.</summary>
    public void Create(JobId id) => _created.Add(id);

    /// <summary>Whether this job is new to the store.</summary>
    public bool IsCreated(JobId id) => _created.Contains(id);

    /// <summary>Something to tell.</summary>
    public void Tell(JobEvent told) => _events.Add(told);

    /// <summary>An idempotency key's request was answered with a job that was there.</summary>
    public void Answer(OwnedKey key) => _answered.Add(key);

    /// <summary>Takes back the events and new jobs since a place.</summary>
    /// <returns>The keys of the requests answered since then, for the caller to forget.</returns>
    public IReadOnlyList<OwnedKey> ReturnTo(Mark mark)
    {
        List<OwnedKey> answered = _answered[mark.Answered..];
        _events.RemoveRange(mark.Events, _events.Count - mark.Events);
        _created.RemoveRange(mark.Created, _created.Count - mark.Created);
        _answered.RemoveRange(mark.Answered, answered.Count);
        return answered;
    }

    /// <summary>A finished job has been brought back into memory, until the changes are taken.</summary>
    public void Visit(JobId id) => _visitors.Add(id);

    /// <summary>Whether this is a finished job that is stored as such.</summary>
    public bool IsVisitor(JobId id) => _visitors.Contains(id);

    /// <summary>A visitor has been forgotten. As it is stored it would come back, whatever was changed of it meanwhile.</summary>
    public void Forget(Job job)
    {
        _forgotten.Add((_before.GetValueOrDefault(job.Id) ?? job, new ForgottenJob(job.Id, KeyGuard.Of(job))));
        Untouch(job);
        _visitors.Remove(job.Id);
    }

    /// <summary>Whether this job was forgotten.</summary>
    public bool IsForgotten(JobId id) => _forgotten.Exists(forgotten => forgotten.Gone.Id == id);

    /// <summary>Changes the jobs that are told of: for what changes nothing that is told.</summary>
    public void AmendTold(Func<Job, Job> amend)
    {
        for (int i = 0; i < _events.Count; i++)
        {
            if (amend(_events[i].Job) is var amended && !ReferenceEquals(amended, _events[i].Job))
            {
                _events[i] = _events[i] with { Job = amended };
            }
        }
    }

    /// <summary>Changes what the touched jobs were before: for what is done in memory only and may not be taken back.</summary>
    public void AmendBefore(Func<Job, Job> amend)
    {
        foreach (Job before in _before.Values.OfType<Job>().ToList())
        {
            _before[before.Id] = amend(before);
        }
    }

    /// <summary>It is stored, or taken back: begins anew.</summary>
    public void Clear()
    {
        _touched.Clear();
        _before.Clear();
        _created.Clear();
        _forgotten.Clear();
        _events.Clear();
        _answered.Clear();
        _finishing.Clear();
        _visitors.Clear();
        _queues.Clear();
        _settingsBefore.Clear();
        Bytes = 0;
    }
}
