namespace JobOrchestrator.Core;

/// <summary>
/// Where the live jobs stand: ready in their queue's line, scheduled, or in progress; and what becomes due of them by itself. It orders
/// them by what their fields say and decides nothing.
/// </summary>
internal sealed class Lines
{
    private readonly Dictionary<string, QueueLine> _queues = [];
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal); // of _queues
    private readonly Fronts _fronts = new(); // of the queues that are not paused
    private readonly ScheduledJobs _scheduled = new();
    private readonly SortedSet<Due> _due = [];
    private readonly HashSet<JobId> _running = [];
    private readonly List<QueueLine> _stirred = [];
    private readonly OldestReady _oldest = new();
    private int _ready;

    /// <summary>How many queues are paused.</summary>
    public int Paused { get; private set; }

    /// <summary>Of how many queues some events are not published.</summary>
    public int Choosy { get; private set; }

    /// <summary>The jobs in progress.</summary>
    public IReadOnlyCollection<JobId> Running => _running;

    /// <summary>When a lease ends, a time limit is reached or a scheduled job becomes ready next, or null.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? due = _due.Count > 0 ? _due.Min.At : null;
            DateTimeOffset? ready = _scheduled.First?.Job.RunAt;
            return due is null || ready < due ? ready : due;
        }
    }

    /// <summary>Every queue that holds a job or is paused and whose name comes behind another (null: every one), by name.</summary>
    public IEnumerable<string> NamesAfter(string? name) =>
        name is null ? _names
        : _names.Count == 0 || StringComparer.Ordinal.Compare(name, _names.Max) >= 0 ? []
        : _names.GetViewBetween(name, _names.Max!).Where(other => other != name);

    /// <summary>One queue in numbers, as of the last <see cref="Promote"/>.</summary>
    public QueueStatistics Statistics(string name, DateTimeOffset now)
    {
        QueueLine queue = _queues.TryGetValue(name, out QueueLine? line) ? line : new QueueLine(name);
        return new QueueStatistics(
            name, queue.Settings.Paused, queue.Ready.Count, queue.Waiting - queue.Ready.Count, queue.InProgress)
        {
            OldestAge = now - queue.Ready.ReadySince,
            Pause = queue.Settings.Pause,
            Unpublished = queue.Settings.Unpublished,
        };
    }

    /// <summary>How full all queues are together, as of the last <see cref="Promote"/>.</summary>
    public Backlog Backlog => new(_ready, _scheduled.Count, _running.Count, _oldest.Find());

    /// <summary>How full a queue is, as of the last <see cref="Promote"/>.</summary>
    public Backlog BacklogOf(string queue) => _queues.TryGetValue(queue, out QueueLine? line) ? line.Backlog : default;

    /// <summary>How many jobs of a queue could be handed out.</summary>
    public int Ready(string queue) => _queues.TryGetValue(queue, out QueueLine? line) ? line.Ready.Count : 0;

    /// <summary>What could be handed out, by queue and type, as of the last <see cref="Promote"/>.</summary>
    public IEnumerable<ReadyType> ReadyTypes() => _names
        .Select(name => _queues[name])
        .Where(queue => !queue.Settings.Paused)
        .SelectMany(queue => queue.Ready.ByType()
            .OrderBy(type => type.Type, StringComparer.Ordinal)
            .Select(type => new ReadyType(queue.Name, type.Type, type.Jobs, type.Since)));

    /// <summary>How many jobs of a queue each worker holds that holds any, as of now.</summary>
    public IReadOnlyDictionary<string, int> Held(string queue) =>
        _queues.TryGetValue(queue, out QueueLine? line) ? line.Held() : new Dictionary<string, int>();

    /// <summary>How many ready jobs of its queue come before a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="types">Only those of these types count; null: all.</param>
    public Ahead AheadOf(Job job, IReadOnlySet<string>? types) =>
        _queues.TryGetValue(job.Queue, out QueueLine? line) ? line.Ready.AheadOf(job, types) : default;

    /// <summary>How many jobs come due before one that is not due, and stand before it then.</summary>
    /// <param name="job">The job.</param>
    /// <param name="types">Only those of these types count; null: all.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<DueBefore> DueBefore(Job job, IReadOnlySet<string>? types, DateTimeOffset now) =>
        _scheduled.Before(job, types, now);

    /// <summary>How many jobs of a queue wait, ready or scheduled.</summary>
    public int Waiting(string queue) => _queues.TryGetValue(queue, out QueueLine? line) ? line.Waiting : 0;

    /// <summary>Enters a job wherever its fields say it belongs; a finished one and one that was set aside belong nowhere.</summary>
    public void Enter(Job job, DateTimeOffset now)
    {
        if (job.IsFinished || job.IsSetAside)
        {
            return;
        }

        QueueLine queue = QueueNamed(job.Queue);
        if (job.Status == JobStatus.InProgress)
        {
            queue.Hold(job.Lease!.Worker);
            _running.Add(job.Id);
            _due.Add(Due.LeaseEnd(job));
        }
        else
        {
            queue.Waiting++;
            if (job.RunAt <= now)
            {
                AddReady(queue, job);
            }
            else
            {
                _scheduled.Add(job);
            }
        }

        if (job.DeadlineAt is not null)
        {
            _due.Add(Due.Deadline(job));
        }
    }

    /// <summary>Takes a job out.</summary>
    public void Leave(Job job)
    {
        StepOut(job);
        DropIfIdle(job.Queue);
    }

    /// <summary>One version of a job takes the place of another.</summary>
    public void Replace(Job before, Job after, DateTimeOffset now)
    {
        StepOut(before);
        Enter(after, now);
        DropIfIdle(before.Queue);
    }

    /// <summary>Another object stands for the same version of a job: it keeps its place, ready or scheduled.</summary>
    public void Exchange(Job before, Job after)
    {
        if (before.IsSetAside || before.Status != JobStatus.New)
        {
            return;
        }

        if (_scheduled.Remove(before))
        {
            _scheduled.Add(after);
        }
        else
        {
            QueueLine queue = QueueNamed(before.Queue);
            RemoveReady(queue, before);
            AddReady(queue, after);
        }
    }

    /// <summary>Scheduled jobs whose time has come are ready, the earliest first and so many at most.</summary>
    public void Promote(DateTimeOffset now, int max)
    {
        for (; max > 0 && _scheduled.First is { } place && place.RunAtTicks <= now.UtcTicks; max--)
        {
            _scheduled.Remove(place.Job);
            AddReady(QueueNamed(place.Job.Queue), place.Job);
        }
    }

    /// <summary>The job whose lease or time limit ended first, if one has by now.</summary>
    public JobId? FirstDue(DateTimeOffset now) => _due.Count > 0 && _due.Min is var due && due.At <= now ? due.Job : null;

    /// <summary>
    /// The next job to hand out: from the first queue named that has one, or, where none is named, the best of all queues. Those of paused
    /// queues and of queues in which the worker is at its bound are passed over.
    /// </summary>
    public Job? FirstReady(Command.Lease lease)
    {
        int from = 0;
        return FirstReady(lease, ref from);
    }

    /// <summary>The same for one lease of many jobs, which does not look again where it found nothing.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="from">The place in its queues from where on it looks; moves on to where it finds.</param>
    public Job? FirstReady(Command.Lease lease, ref int from)
    {
        for (; from < lease.Queues.Count; from++)
        {
            if (FirstIn(lease.Queues[from], lease) is { } place)
            {
                return place.Job;
            }
        }

        return lease.Queues.Count == 0
            ? _fronts.First(lease.Types, queue => !IsAtBound(_queues[queue], lease))?.Job
            : null;
    }

    /// <summary>
    /// The queues in which a lease may find what it did not find when this was asked last: a job is ready, the queue was resumed, or a
    /// worker holds less. One may stand there twice.
    /// </summary>
    public IReadOnlyList<string> TakeStirred()
    {
        string[] names = [.. _stirred.Select(queue => queue.Name)];
        _stirred.ForEach(queue => queue.IsStirred = false);
        _stirred.Clear();
        return names;
    }

    /// <summary>What is set of a queue.</summary>
    public QueueSettings SettingsOf(string name) =>
        _queues.TryGetValue(name, out QueueLine? queue) ? queue.Settings : new QueueSettings { Name = name };

    /// <summary>Sets a queue.</summary>
    public void Set(QueueSettings settings)
    {
        QueueLine queue = QueueNamed(settings.Name);
        if (queue.Settings.Paused != settings.Paused)
        {
            MoveFronts(queue, settings.Paused);
            Paused += settings.Paused ? 1 : -1;
        }

        Choosy += Of(settings) - Of(queue.Settings);
        queue.Settings = settings;
        Stir(queue);
        DropIfIdle(settings.Name);
    }

    /// <summary>Kinds of events of a queue's jobs that are not published.</summary>
    public EventKinds Unpublished(string queue) =>
        Choosy > 0 && _queues.TryGetValue(queue, out QueueLine? line) ? line.Settings.Unpublished : EventKinds.None;

    private static int Of(QueueSettings settings) => settings.Unpublished == EventKinds.None ? 0 : 1;

    private void StepOut(Job job)
    {
        if (job.IsFinished || job.IsSetAside)
        {
            return;
        }

        QueueLine queue = QueueNamed(job.Queue);
        if (job.Status == JobStatus.InProgress)
        {
            queue.Unhold(job.Lease!.Worker);
            Stir(queue);
            _running.Remove(job.Id);
            _due.Remove(Due.LeaseEnd(job));
        }
        else
        {
            queue.Waiting--;
            // Scheduled until promoted: which of the two holds it depends on the time of the last promotion, not on the job.
            if (!_scheduled.Remove(job))
            {
                RemoveReady(queue, job);
            }
        }

        if (job.DeadlineAt is not null)
        {
            _due.Remove(Due.Deadline(job));
        }
    }

    private Place? FirstIn(string name, Command.Lease lease) =>
        _queues.TryGetValue(name, out QueueLine? queue) && !queue.Settings.Paused && !IsAtBound(queue, lease)
            ? queue.Ready.First(lease.Types)
            : null;

    private static bool IsAtBound(QueueLine queue, Command.Lease lease) => queue.HeldBy(lease.Worker) >= lease.HeldMax;

    private void AddReady(QueueLine queue, Job job)
    {
        (Place? first, Place? ofType) = (queue.Ready.First(), queue.Ready.First(job.Type));
        queue.Ready.Add(job);
        _ready++;
        _oldest.Look(queue);
        Stir(queue);
        MoveFronts(queue, job.Type, first, ofType);
    }

    private void RemoveReady(QueueLine queue, Job job)
    {
        (Place? first, Place? ofType) = (queue.Ready.First(), queue.Ready.First(job.Type));
        _ready -= queue.Ready.Remove(job) ? 1 : 0;
        _oldest.Look(queue);
        MoveFronts(queue, job.Type, first, ofType);
    }

    private void MoveFronts(QueueLine queue, string type, Place? first, Place? ofType)
    {
        if (!queue.Settings.Paused)
        {
            _fronts.Move(first, queue.Ready.First());
            _fronts.Move(type, ofType, queue.Ready.First(type));
        }
    }

    /// <summary>A queue that is paused hands out nothing, so nothing of it is at the front until it is resumed.</summary>
    private void MoveFronts(QueueLine queue, bool paused)
    {
        Place? first = queue.Ready.First();
        _fronts.Move(paused ? first : null, paused ? null : first);
        foreach (string type in queue.Ready.Types)
        {
            first = queue.Ready.First(type);
            _fronts.Move(type, paused ? first : null, paused ? null : first);
        }
    }

    private void Stir(QueueLine queue)
    {
        if (!queue.IsStirred)
        {
            queue.IsStirred = true;
            _stirred.Add(queue);
        }
    }

    private QueueLine QueueNamed(string name)
    {
        if (!_queues.TryGetValue(name, out QueueLine? queue))
        {
            _queues.Add(name, queue = new QueueLine(name));
            _names.Add(name);
        }

        return queue;
    }

    /// <summary>Callers name queues as they like, so an idle one may not stay for ever.</summary>
    private void DropIfIdle(string name)
    {
        if (_queues.TryGetValue(name, out QueueLine? queue) && queue is { Waiting: 0, InProgress: 0, Settings.IsDefault: true })
        {
            _queues.Remove(name);
            _names.Remove(name);
        }
    }
}
