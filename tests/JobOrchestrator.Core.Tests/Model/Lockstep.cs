namespace JobOrchestrator.Core.Tests.Model;

/// <summary>
/// A shard and the plain model, given the same commands at the same times and compared after each. The model has all inputs in memory,
/// whatever the shard leaves in the store.
/// </summary>
internal sealed class Lockstep
{
    // Less than what four jobs have.
    private const long WaitingInputBytesMax = 150;

    private readonly ShardSettings _bounds;
    private readonly PlainModel _model;
    private readonly Dictionary<JobId, Job> _store = [];
    private readonly List<KeyGuard> _keysLeft = []; // by jobs that are gone from the store
    private readonly Dictionary<string, QueueSettings> _settings = []; // as stored
    private readonly Invariants _invariants = new();
    private readonly RandomCommands _commands;
    private readonly Dictionary<JobId, JsonText> _left = []; // of live jobs, as the model has them
    private Shard _shard;

    /// <param name="inputMax">A longer input of a job that waits is left in the store.</param>
    public Lockstep(int inputMax)
    {
        // A key is remembered longer than its job is kept.
        _bounds = new ShardSettings(
            TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(400), QueueJobsMax: 12, BytesMax: 38_000, OwnerBytesMax: 16_000, inputMax,
            WaitingInputBytesMax);
        _shard = new Shard(_bounds);
        _model = new PlainModel(_bounds, BytesOf) { Now = TestShard.Start };
        _commands = new RandomCommands(_model);
    }

    /// <summary>The outcomes and refusals met so far.</summary>
    public HashSet<Type> Seen { get; } = [];

    /// <summary>Does what this number stands for; throws when the two differ or an invariant is broken.</summary>
    public void Step(int number)
    {
        var random = new Random(number);
        _model.Now += _commands.Wait(random);
        switch (random.Next(100))
        {
            case < 18:
                Take();
                break;
            case < 20:
                _shard.Rollback();
                _model.Rollback();
                break;
            case < 21:
                Reload();
                break;
            default:
                Apply(_commands.Next(random));
                break;
        }

        CompareState();
    }

    private void Apply(Command command)
    {
        RecallFor(command);
        _invariants.Before(command, _model);

        Outcome expected = _model.Apply(command);
        Outcome actual = _shard.Apply(command, _model.Now);

        Same.Assert(expected, actual.With(job => job.WithInputOf(Inputs)));
        Seen.Add(actual is Outcome.Refused refused ? refused.Why.GetType() : actual.GetType());
        _invariants.After(actual);
        _commands.Learn(actual);
        if (command is Command.Tick { Max: int.MaxValue })
        {
            Assert.Equal(_model.NextDue(), _shard.NextDue);
        }
    }

    /// <summary>As the commit loop does: the store is asked until nothing is missing that it has.</summary>
    private void RecallFor(Command command)
    {
        while (_shard.Missing(command)
            .Where(_store.ContainsKey)
            .Where(id => !_model.Forgotten.Contains(id))
            .ToList() is { Count: > 0 } missing)
        {
            missing.ForEach(id => _shard.Recall(_store[id]));
        }
    }

    private void Take()
    {
        Job[] touched = [.. _model.Unstored];
        QueueSettings[] settings = [.. _model.UnstoredSettings];
        Assert.Equal(
            touched.Sum(job => (long)job.DocumentBytesMax) + settings.Sum(queue => (long)queue.DocumentBytesMax), _shard.PendingBytes);
        Assert.Equal(touched.Length + _model.Forgotten.Count + settings.Length, _shard.PendingDocuments);
        _shard.Restore(Inputs);
        Changes changes = _shard.PeekChanges();
        Changes kept = _shard.TakeChanges();

        AssertKept(changes.Jobs, kept.Jobs);
        Same.Assert(touched.OrderBy(job => job.Order), changes.Jobs.OrderBy(job => job.Order));
        Same.Assert(touched.Where(job => !_store.TryGetValue(job.Id, out Job? stored) || (job.Durable && !stored.Durable)).OrderBy(
            job => job.Order), changes.Created);
        Same.Assert(_model.Events, changes.Events);
        Assert.Equal(_model.Forgotten, changes.Forgotten.Select(gone => gone.Id));
        Assert.Equal(settings, changes.Settings.OrderBy(queue => queue.Name, StringComparer.Ordinal));
        foreach (QueueSettings queue in changes.Settings)
        {
            _settings[queue.Name] = queue;
        }

        foreach (Job job in changes.Jobs)
        {
            _store[job.Id] = job;
        }

        foreach (ForgottenJob gone in changes.Forgotten)
        {
            _store.Remove(gone.Id);
            _keysLeft.AddRange(gone.Keys);
        }

        _invariants.Stored(changes, _store.Values);
        _model.Store();
        foreach (JobId id in _store.Keys.Where(id => _model.Find(id) is null).ToList())
        {
            _keysLeft.AddRange(KeyGuard.Of(_store[id]));
            _store.Remove(id);
        }
    }

    /// <summary>The lengths of the short inputs of stored jobs that wait, whether they are left or not.</summary>
    private IEnumerable<long> WaitingInputs => InputsThatWait.Select(input => (long)input.Length);

    private IEnumerable<JsonText> InputsThatWait => _model.Jobs
        .Where(job => job is { Status: JobStatus.New, Durable: true } && job.Input?.Length <= _bounds.InputInMemoryBytesMax)
        .Select(job => job.Input!);

    /// <summary>The inputs in the store.</summary>
    private Dictionary<JobId, JsonText> Inputs =>
        _store.Values.Where(job => job.Input is not null).ToDictionary(job => job.Id, job => job.Input!);

    /// <summary>What a live job counts: not its input where that is left in the store, or will be.</summary>
    private long BytesOf(Job job)
    {
        bool waits = job is { Status: JobStatus.New, Durable: true } && job.Input?.Length > _bounds.InputInMemoryBytesMax;
        bool isLong = job.Input?.Length > _bounds.InputInMemoryBytesMax;
        bool isLeft = waits || (isLong && _left.Values.Any(input => ReferenceEquals(input, job.Input)));
        return job.DocumentBytesMax - (isLeft ? 2 * job.Input!.Length : 0);
    }

    /// <summary>Memory keeps the inputs that it has to keep, and those of running jobs while there is room.</summary>
    private void AssertKept(IReadOnlyList<Job> changed, IReadOnlyList<Job> kept)
    {
        Assert.Equal(changed.Select(job => job.Id), kept.Select(job => job.Id));
        foreach ((Job whole, Job job) in changed.Zip(kept))
        {
            _left.Remove(job.Id);
            Assert.Null(whole.Input?.LeftIn);
            Note(whole, job);
        }
    }

    private void Note(Job whole, Job kept)
    {
        bool isLeft = kept.Input?.LeftIn is not null;
        if (isLeft)
        {
            Assert.Equal((kept.Id, whole.Input!.Length), (kept.Input!.LeftIn!.Value, kept.Input.Length));
            _left[kept.Id] = _model.Find(kept.Id)!.Input!;
        }

        bool isLong = whole is { IsFinished: false, Durable: true } && whole.Input?.Length > _bounds.InputInMemoryBytesMax;
        bool isOneOfMany = whole is { Status: JobStatus.New, Durable: true } && WaitingInputs.Sum() > WaitingInputBytesMax;
        Assert.True(isLong || isOneOfMany || !isLeft, $"The input of {kept.Id} was left.");
        Assert.True(isLeft || !isLong || kept.Status != JobStatus.New, $"The input of {kept.Id} was kept.");
    }

    /// <summary>A new shard that loads the store has to go on as the old one would have.</summary>
    private void Reload()
    {
        Take();
        _model.Reload();
        _shard = new Shard(_bounds, _model.NextOrder);
        _left.Clear();
        foreach (QueueSettings queue in _settings.Values)
        {
            _shard.Load(queue);
        }

        _keysLeft.ForEach(guard => _shard.Load(guard, _model.Now));
        foreach (Job job in _store.Values.OrderBy(job => job.Order))
        {
            Note(job, _shard.Load(job, _model.Now));
        }

        Apply(new Command.Excuse());
    }

    private void CompareState()
    {
        _model.Look();
        QueueStatistics[] numbers = [.. _model.Statistics()];
        Assert.Equal(numbers, _shard.Statistics(_model.Now));
        Assert.Equal(
            (numbers.Sum(one => one.Ready), numbers.Sum(one => one.Scheduled), numbers.Sum(one => one.InProgress),
                numbers.Max(one => one.OldestAge)),
            (_shard.Backlog.Ready, _shard.Backlog.Scheduled, _shard.Backlog.Running, _model.Now - _shard.Backlog.ReadySince));
        foreach (string queue in RandomCommands.Queues)
        {
            QueueStatistics idle = new(queue, false, 0, 0, 0);
            Assert.Equal(numbers.FirstOrDefault(one => one.Name == queue, idle), _shard.Statistics(queue, _model.Now));
        }

        Assert.Equal(_model.Jobs.Count(job => !job.IsFinished), _shard.LiveJobs);
        Assert.Equal(_model.Jobs.Where(job => !job.IsFinished).Sum(BytesOf), _shard.LiveBytes);
        Assert.Equal(
            InputsThatWait.Where(input => !_left.Values.Any(left => ReferenceEquals(left, input))).Sum(input => (long)input.Length),
            _shard.WaitingInputBytes);
        foreach ((IReadOnlyList<string> queues, IReadOnlySet<string>? types) in RandomCommands.Places)
        {
            foreach (int? heldMax in new int?[] { null, 1, 2 })
            {
                var lease = new Command.Lease(queues, RandomCommands.Workers[0], 1, types, "", HeldMax: heldMax);
                Assert.Equal(_model.InLine(lease).Any(), _shard.HasReady(lease, _model.Now));
            }
        }
    }
}
