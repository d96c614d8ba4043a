namespace JobOrchestrator.Core.Tests.Model;

/// <summary>
/// Commands that are likely to matter: few queues, types and keys, so that they collide; times at and around what is due; tokens that
/// are current, former and made up.
/// </summary>
internal sealed class RandomCommands(PlainModel model)
{
    public static readonly string[] Queues = ["a", "b", "c"];
    private static readonly string[] Types = ["x", "y", "z"];
    public static readonly string[] Workers = ["w1", "w2"];

    // Former tokens; older ones are hardly in any job's history.
    private const int TokensKept = 40;

    // Submissions with an idempotency key, to be repeated; their jobs may be gone by then.
    private const int RepeatedKept = 30;

    private readonly List<(JobId Job, string Token)> _tokens = [];
    private readonly List<NewJob> _repeated = [];
    private int _ids;
    private int _seeds;

    public static IReadOnlyList<(IReadOnlyList<string> Queues, IReadOnlySet<string>? Types)> Places { get; } =
    [
        (["a"], null), (["b"], new HashSet<string> { "x" }), (["c", "a"], null),
        (["b", "a", "c"], new HashSet<string> { "y", "z", "none" }),
        ([], null), ([], new HashSet<string> { "x", "z" }), (["none"], null),
    ];

    private Command Question(Random random) => random.Next(6) switch
    {
        0 => new Command.CountQueue(One(random, Queues)),
        1 => new Command.CountQueues(random.Next(2) == 0 ? null : One(random, Queues), random.Next(1, 4)),
        2 when model.Jobs.Where(job => !job.IsFinished).ToList() is { Count: > 0 } live =>
            new Command.Locate(live[random.Next(live.Count)].Id, Places[random.Next(Places.Count)].Types),
        3 => new Command.Survey(random.Next(1, 8)),
        _ => new Command.Find(One(random, Queues), $"e{random.Next(3)}"),
    };

    /// <summary>Often nothing, often to just before, at or after what is due next.</summary>
    public TimeSpan Wait(Random random)
    {
        switch (random.Next(10))
        {
            case < 6:
                return TimeSpan.Zero;
            case < 8:
                return TimeSpan.FromMilliseconds(random.Next(1, 2_000));
            case < 9 when model.NextDue() is { } due && due > model.Now:
                TimeSpan wait = due - model.Now + TimeSpan.FromTicks(random.Next(-1, 2));
                return wait < TimeSpan.FromMinutes(10) ? wait : TimeSpan.Zero;
            default:
                return TimeSpan.FromSeconds(random.Next(40) == 0 ? 400 : random.Next(8));
        }
    }

    public void Learn(Outcome outcome)
    {
        if (outcome is Outcome.Leased leased)
        {
            _tokens.AddRange(leased.Jobs.Select(job => (job.Id, job.Lease!.Token)));
            _tokens.RemoveRange(0, Math.Max(0, _tokens.Count - TokensKept));
        }
    }

    public Command Next(Random random)
    {
        (JobId job, string token) = Report(random);
        return random.Next(100) switch
        {
            < 22 => new Command.Enqueue(Submission(random)),
            < 28 => new Command.EnqueueMany([.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Submission(random))]),
            < 46 => Lease(random),
            < 54 => new Command.Heartbeat(job, token, random.Next(2) == 0
                ? new Progress(random.Next(4), null)
                : null, random.Next(3) == 0 ? Text(random) : null),
            < 61 => new Command.Complete(job, token, random.Next(2) == 0 ? JsonText.Of("1") : null),
            < 67 => new Command.Fail(
                job, token, new JobError("x", "broken", random.Next(3) == 0 ? Text(random) : null), random.Next(4) > 0),
            < 72 => new Command.Release(job, token, random.Next(2) == 0 ? TimeSpan.FromSeconds(random.Next(4)) : null),
            < 73 => new Command.Requeue(job, token, [.. Enumerable.Range(0, random.Next(3)).Select(_ => Submission(random))]),
            < 74 => new Command.Reschedule(job, token, Submission(random)),
            < 75 => Question(random),
            < 78 => new Command.Cancel(AnyJob(random), AtOnce: random.Next(3) == 0),
            < 82 => new Command.Retry(FinishedJob(random), NewId()),
            < 86 => new Command.Reprioritise(
                AnyJob(random), random.Next(2) == 0
                    ? random.Next(3)
                    : null, random.Next(2) == 0 ? RunAt(random) : null, random.Next(4) == 0 ? random.Next(4) : null)
            {
                Labels = random.Next(2) == 0 ? LabelChanges(random, most: random.Next(14, 18)) : null,
                Queue = random.Next(3) == 0 ? One(random, Queues) : null,
            },
            < 89 => new Command.Forget(FinishedJob(random)),
            < 91 => new Command.PauseQueue(One(random, Queues), "by", random.Next(2) == 0 ? null : "why " + random.Next(3)),
            < 93 => new Command.ResumeQueue(One(random, Queues)),
            < 94 => new Command.ChooseEvents(One(random, Queues), (EventKinds)random.Next(4)),
            < 95 => new Command.ReleaseWorker(One(random, Workers), random.Next(1, 4)),
            < 96 => new Command.Excuse(),
            < 98 => new Command.Tick(random.Next(1, 3), StepsMax: random.Next(3)),
            _ => new Command.Tick(int.MaxValue),
        };
    }

    /// <summary>What a worker writes: mostly little, and now and then a good part of what all jobs may have.</summary>
    private static JsonText Text(Random random) =>
        JsonText.Of(new string('1', random.Next(4) == 0 ? random.Next(1, 3_000) : random.Next(1, 4)));

    /// <summary>Some are taken away, some are a good part of what all jobs may have, and now and then they are too many.</summary>
    private static Dictionary<string, string?> LabelChanges(Random random, int most) =>
        Enumerable.Range(0, random.Next(8) == 0 ? most : random.Next(4)).ToDictionary(
            number => "k" + number, _ => random.Next(4) == 0 && most <= 16 ? null : new string('v', random.Next(8) == 0 ? 128 : 1));

    private NewJob Submission(Random random)
    {
        string? Maybe(string prefix, int others) => random.Next(3) == 0 ? $"{prefix}{random.Next(others)}" : null;
        if (random.Next(10) == 0 && _repeated.Count > 0)
        {
            // With a text of its own: by the object it is told whose input was left in the store.
            NewJob first = _repeated[random.Next(_repeated.Count)];
            return first with { Id = NewId(), Input = first.Input is { } input ? JsonText.Of(input.ToString()) : null };
        }

        JobId id = NewId();
        var submitted = new NewJob
        {
            Id = id,
            Spec = new JobSpec { Type = One(random, Types), Queue = One(random, Queues), LeaseSeconds = 0 },
            Input = random.Next(2) == 0 ? JsonText.Of($"[\"{id}\"]") : null,
            ExternalId = Maybe("e", 3),
            UniqueKey = Maybe("u", 3),
            UniqueSeconds = random.Next(3) switch { 0 => null, 1 => random.Next(30), _ => 1_000 },
            IdempotencyKey = Maybe("i", 4),
            Owner = random.Next(3) switch { 0 => null, 1 => "o1", _ => "o2" },
            ExternalIdIsOfQueue = random.Next(4) == 0,
            Fingerprint = (UInt128)random.Next(2),
            MaxRetries = random.Next(3) == 0 ? null : random.Next(3),
            Backoff = new Backoff((BackoffKind)random.Next(1, 4), random.Next(3), 5, random.Next(2) * 0.3),
            LeaseSeconds = random.Next(0, 20),
            TimeLimitSeconds = random.Next(4) == 0 ? random.Next(20) : null,
            RunAt = random.Next(3) == 0 ? RunAt(random) : null,
            Priority = random.Next(3) == 0 ? random.Next(-1, 3) : 0,
            Labels = random.Next(3) == 0 ? JobLabels.None.With(LabelChanges(random, most: 16)) : JobLabels.None,
            OnDuplicate = (OnDuplicate)random.Next(1, 5),
            Durable = random.Next(4) > 0,
        };
        if (submitted.IdempotencyKey is not null)
        {
            _repeated.Add(submitted);
            _repeated.RemoveRange(0, Math.Max(0, _repeated.Count - RepeatedKept));
        }

        return submitted;
    }

    private Command.Lease Lease(Random random)
    {
        (IReadOnlyList<string> queues, IReadOnlySet<string>? types) = Places[random.Next(Places.Count)];
        return new Command.Lease(queues, One(random, Workers), random.Next(1, 5), types, $"seed{_seeds++}", HeldMax: random.Next(3) == 0
            ? random.Next(1, 4)
            : null);
    }

    private DateTimeOffset RunAt(Random random) => model.Now.AddSeconds(random.Next(-3, 8));

    private (JobId Job, string Token) Report(Random random)
    {
        if (random.Next(12) == 0 || _tokens.Count == 0)
        {
            return (AnyJob(random), "made up");
        }

        // The first of the running ones more often than others, so that one job sees several reports.
        Job[] running = [.. model.Jobs.Where(job => job.Lease is not null)];
        return running.Length > 0 && random.Next(3) > 0
            ? Current(running[random.Next(2) == 0 ? 0 : random.Next(running.Length)])
            : _tokens[random.Next(_tokens.Count)];

        static (JobId, string) Current(Job job) => (job.Id, job.Lease!.Token);
    }

    private JobId AnyJob(Random random)
    {
        // Finished ones are kept for a while and would be most of all.
        Job[] choice = random.Next(5) switch
        {
            < 2 => [.. model.Jobs.Where(job => job.Lease is not null)],
            < 4 => [.. model.Jobs.Where(job => !job.IsFinished)],
            _ => [.. model.Jobs],
        };
        return random.Next(20) == 0 || choice.Length == 0 ? TestShard.Id(0) : choice[random.Next(choice.Length)].Id;
    }

    private JobId FinishedJob(Random random)
    {
        Job[] finished = [.. model.Jobs.Where(job => job.IsFinished)];
        return random.Next(10) == 0 || finished.Length == 0
            ? AnyJob(random)
            : finished[^random.Next(1, Math.Min(10, finished.Length) + 1)].Id;
    }

    private JobId NewId() => TestShard.Id(++_ids);

    private static string One(Random random, string[] values) => values[random.Next(values.Length)];
}
