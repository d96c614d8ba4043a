using JobOrchestrator.Core;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>Submits jobs, looks at them, and now and then changes its mind.</summary>
internal sealed partial class Caller
{
    /// <summary>How many own the jobs: <c>owner-0</c> and so on.</summary>
    public const int Owners = 3;

    // A submission that was not taken is tried again so often.
    private const int TriesMax = 4;
    private const int BatchMax = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseMost = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LaterMost = TimeSpan.FromSeconds(60);

    private readonly Scene _scene;
    private readonly Lane _lane;
    private readonly Client _client;
    private readonly Dice _dice;
    private readonly Dice? _finds; // what jobs have so that some are found among others; null: nobody looks for any
    private readonly List<JobId> _known = [];
    private readonly List<NewJob> _kept = []; // submissions with a key, which may be repeated
    private int _waiting;
    private int _keys;

    public Caller(Scene scene, Lane lane)
    {
        _scene = scene;
        _lane = lane;
        _client = new Client(scene, lane);
        _dice = scene.World.Dice($"work/{lane.Name}");
        _finds = scene.Swarm.HasSearcher ? scene.World.Dice($"work/{lane.Name}/finds") : null;
    }

    public string Name => _lane.Name;

    /// <summary>The jobs that it has been told of.</summary>
    public IReadOnlyList<JobId> Known => _known;

    /// <summary>It has nothing more to do and is answered.</summary>
    public bool IsDone => _lane.Loops.Count == 0 && _waiting == 0;

    public void Start() => _lane.Begin("a caller", RunAsync);

    /// <summary>Lets all queues go on, when all is calm: a late word may have stopped one after the last word of its caller.</summary>
    public void ResumeAll() => _lane.Begin("resume all", () => WaitedAsync(async () =>
    {
        foreach (string queue in _scene.Swarm.Queues)
        {
            await Task.Delay(PauseMost, _lane.Clock);
            await ResumeAsync(queue);
        }
    }));

    private async Task RunAsync()
    {
        int jobs = Math.Max(1, _scene.Swarm.Jobs / _scene.Swarm.Callers);
        TimeSpan pause = _scene.Swarm.Length * 0.8 / jobs;
        for (int submitted = 0; submitted < jobs;)
        {
            await Task.Delay(_dice.Between(TimeSpan.Zero, pause * 2), _lane.Clock);
            submitted += _dice.Below(10) == 0 ? SubmitMany() : SubmitOne();
            Also();
        }
    }

    private int SubmitOne()
    {
        NewJob job = NewJob();
        if (_kept.Count > 0 && _dice.Below(10) == 0)
        {
            NewJob before = _dice.Pick(_kept);
            job = before with { Id = NewId(before.Queue) };
        }

        _lane.Begin("a submission", () => WaitedAsync(() => SubmitAsync([job])));
        return 1;
    }

    private int SubmitMany()
    {
        string queue = _dice.Pick(_scene.Swarm.Queues);
        NewJob[] jobs = [.. Enumerable.Range(0, 2 + _dice.Below(BatchMax - 1)).Select(_ => NewJob(queue))];
        _lane.Begin("a batch", () => WaitedAsync(() => SubmitAsync(jobs)));
        return jobs.Length;
    }

    /// <summary>Something else, now and then.</summary>
    private void Also()
    {
        int draw = _dice.Below(40);
        if (draw == 0)
        {
            _lane.Begin("a list", () => WaitedAsync(ListAsync));
        }

        if (_known.Count == 0)
        {
            return;
        }

        JobId job = _dice.Pick(_known);
        Func<Task>? deed = draw switch
        {
            < 5 => () => FindAsync(job),
            < 9 => () => WaitAsync(job),
            < 12 => () => ChangeAsync(new Command.Cancel(job, AtOnce: draw == 10)),
            < 14 => () => RetryAsync(job),
            < 15 => () => ChangeAsync(new Command.Reprioritise(job, _dice.Below(5), null)),
            < 16 => () => ChangeAsync(new Command.Forget(job)),
            < 17 => PauseAsync,
            _ => null,
        };
        if (deed is not null)
        {
            _lane.Begin("something else", () => WaitedAsync(deed));
        }
    }

    private async Task WaitedAsync(Func<Task> deed)
    {
        _waiting++;
        await deed();
        _waiting--;
    }

    private async Task SubmitAsync(IReadOnlyList<NewJob> jobs)
    {
        for (int tries = 0; tries < TriesMax; tries++)
        {
            // As over HTTP, where the service gives a new id to every request.
            jobs = tries == 0 ? jobs : [.. jobs.Select(job => job with { Id = NewId(job.Queue) })];
            Command command = jobs.Count == 1 ? new Command.Enqueue(jobs[0]) : new Command.EnqueueMany(jobs);
            (Answer answer, _) = await _client.ProposeAsync(_scene.ShardOf(jobs[0].Queue), command, Patience);
            _known.AddRange(answer.Kind == AnswerKind.Refused ? [] : answer.Jobs.Select(job => new JobId(job.Id)));
            bool isOpen = answer.LeavesOpen && jobs.All(job => job.IdempotencyKey is not null);
            if (!isOpen && answer.Kind is not (AnswerKind.NothingWritten or AnswerKind.Busy))
            {
                return;
            }

            await Task.Delay(_dice.Between(TimeSpan.Zero, PauseMost), _lane.Clock);
        }
    }

    private NewJob NewJob() => NewJob(_dice.Pick(_scene.Swarm.Queues));

    private NewJob NewJob(string queue)
    {
        Swarm swarm = _scene.Swarm;
        int keyed = _dice.Below(10);
        var job = new NewJob
        {
            Id = NewId(queue),
            Spec = new JobSpec
            {
                Type = "test",
                Queue = queue,
                Owner = $"owner-{_dice.Below(Owners)}",
                Input = JsonText.Of($"\"{new string('x', _dice.Below(swarm.InputBytesMax + 1))}\""),
                LeaseSeconds = (int)_dice.Between(1, swarm.LeaseSecondsMax),
                MaxRetries = _dice.Below(5),
                TimeLimitSeconds = _dice.Below(8) == 0 ? (int)_dice.Between(1, 300) : null,
                UniqueKey = keyed == 1 ? $"unique-{_dice.Below(10)}" : null,
                UniqueSeconds = keyed == 1 && _dice.Below(2) == 0 ? (int)_dice.Between(1, 600) : null,
                ExternalId = keyed == 2 ? $"external-{_dice.Below(20)}" : null,
            },
            Priority = _dice.Below(4) == 0 ? _dice.Below(5) : 0,
            RunAt = _dice.Below(6) == 0 ? _lane.Clock.GetUtcNow() + _dice.Between(TimeSpan.Zero, LaterMost) : null,
            IdempotencyKey = keyed is 3 or 4 ? $"{_lane.Name}-{_keys++}" : null,
            OnDuplicate = _dice.Pick(Enum.GetValues<OnDuplicate>()),
        };
        job = _finds is null ? job : job with
        {
            Spec = job.Spec with { Type = _finds.Below(4) == 0 ? SearchWords.OtherType : job.Spec.Type },
            Labels = SearchWords.DrawLabels(_finds),
        };
        if (job.IdempotencyKey is not null)
        {
            _kept.Add(job);
        }

        return job;
    }

    private JobId NewId(string queue) => JobId.Create(_scene.World.Now, _scene.ShardOf(queue), _dice.Next());
}
