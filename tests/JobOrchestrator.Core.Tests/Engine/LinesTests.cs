namespace JobOrchestrator.Core.Tests.Engine;

public sealed class LinesTests
{
    private readonly Lines _lines = new();

    public static TheoryData<string> States => ["ready", "scheduled", "promoted", "running", "finished"];

    private static Command.Lease Lease(string[] queues, string[]? types = null, int? heldMax = null) =>
        new(queues, "worker", 1, types?.ToHashSet(), "seed", HeldMax: heldMax);

    private int? First(string[] queues, string[]? types = null, int? heldMax = null) =>
        (int?)_lines.FirstReady(Lease(queues, types, heldMax))?.Order;

    private IEnumerable<QueueStatistics> Statistics() => _lines.NamesAfter(null).Select(name => _lines.Statistics(name, TestShard.Start));

    private void Enter(params Job[] jobs) => Array.ForEach(jobs, job => _lines.Enter(job, TestShard.Start));

    private Job InState(string state)
    {
        Job job = TestJobs.Waiting(1) with { DeadlineAt = TestJobs.At(50) };
        job = state switch
        {
            "ready" => job,
            "scheduled" or "promoted" => job with { RunAt = TestJobs.At(5) },
            "running" => job.Leased(),
            "finished" => job.Ended(),
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };
        Enter(job);
        if (state == "promoted")
        {
            _lines.Promote(TestJobs.At(5), int.MaxValue);
        }

        return job;
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Leave_JobInAnyState_LeavesNothingBehind(string state)
    {
        Job job = InState(state);

        _lines.Leave(job);

        Assert.Empty(Statistics());
        Assert.Empty(_lines.Running);
        Assert.Null(_lines.NextDue);
        Assert.Null(_lines.FirstDue(DateTimeOffset.MaxValue));
        Assert.Null(First([]));
        Assert.Null(First([], ["test"]));
        Assert.Equal(0, _lines.Waiting("default"));
    }

    [Theory]
    [InlineData("ready", 1, 0, 0)]
    [InlineData("scheduled", 0, 1, 0)]
    [InlineData("promoted", 1, 0, 0)]
    [InlineData("running", 0, 0, 1)]
    public void Statistics_JobInAnyState_CountItOnce(string state, int ready, int scheduled, int inProgress)
    {
        InState(state);

        QueueStatistics queue = Assert.Single(Statistics());
        Assert.Equal(new QueueStatistics("default", false, ready, scheduled, inProgress), queue with { OldestAge = null });
        Assert.Equal(ready + scheduled, _lines.Waiting("default"));
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Replace_JobInAnyState_IsWhereItsNewVersionBelongs(string state)
    {
        Job before = InState(state);

        _lines.Replace(before, before.Leased(7) with { DeadlineAt = null }, TestShard.Start);

        Assert.Equal([new QueueStatistics("default", false, 0, 0, 1)], Statistics());
        Assert.Equal([before.Id], _lines.Running);
        Assert.Equal(TestJobs.At(7), _lines.NextDue);
        Assert.Null(First([]));
    }

    [Fact]
    public void Replace_IntoAnotherQueue_DropsTheOneThatIsEmpty()
    {
        Job before = TestJobs.Waiting(1);
        Enter(before);

        _lines.Replace(before, before.With(spec => spec with { Queue = "other" }), TestShard.Start);

        Assert.Equal("other", Assert.Single(Statistics()).Name);
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public void Promote_TicksFromAScheduledJobsTime_MakesItReadyFromThenOn(long ticks, int? first)
    {
        Enter(TestJobs.Waiting(1) with { RunAt = TestJobs.At(5) });

        _lines.Promote(TestJobs.At(5).AddTicks(ticks), int.MaxValue);

        Assert.Equal(first, First(["default"]));
        Assert.Equal(first is null ? TestJobs.At(5) : null, _lines.NextDue);
    }

    [Theory]
    [InlineData(1, 0, 0, 0)] // arrival
    [InlineData(2, 0, 0, -1)] // runAt before arrival
    [InlineData(2, 0, 1, 0)] // priority before runAt
    [InlineData(1, 1, 0, -1)]
    public void FirstReady_TwoJobs_IsByPriorityThenRunAtThenArrival(int expected, int priority1, int priority2, double runAt2)
    {
        Enter(
            TestJobs.Waiting(1) with { Priority = priority1 },
            TestJobs.Waiting(2, type: "another") with { Priority = priority2, RunAt = TestJobs.At(runAt2) });

        Assert.Equal(expected, First(["default"]));
        Assert.Equal(expected, First([]));
        Assert.Equal(expected, First([], ["test", "another"]));
    }

    [Theory]
    [InlineData(new[] { "a" }, null, 2)]
    [InlineData(new[] { "c", "a" }, null, 2)] // order of preference, empty ones passed over
    [InlineData(new[] { "b", "a" }, null, 1)]
    [InlineData(new[] { "b", "a" }, new[] { "y" }, 2)]
    [InlineData(new string[0], null, 1)]
    [InlineData(new string[0], new[] { "y" }, 2)]
    [InlineData(new string[0], new[] { "z" }, null)]
    [InlineData(new[] { "c" }, null, null)]
    public void FirstReady_QueuesAndTypes_IsTheBestOfTheFirstThatHasOne(string[] queues, string[]? types, int? expected)
    {
        Enter(TestJobs.Waiting(1, "b", "x"), TestJobs.Waiting(2, "a", "y"));

        Assert.Equal(expected, First(queues, types));
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData(2, 2)]
    [InlineData(1, 3)]
    public void FirstReady_WorkerThatHoldsOneOfAQueue_PassesItOverAtItsBound(int? heldMax, int expected)
    {
        Enter(TestJobs.Waiting(1, "a").Leased(), TestJobs.Waiting(2, "a"), TestJobs.Waiting(3, "b"));

        Assert.Equal(expected, First([], heldMax: heldMax));
    }

    [Fact]
    public void Statistics_ReadyJobsOfSeveralPrioritiesAndTypes_TellTheAgeOfTheOldest()
    {
        Job[] jobs =
        [
            TestJobs.Waiting(1) with { RunAt = TestJobs.At(-99), CreatedAt = TestJobs.At(-9), Priority = -1 }, // due before it came
            TestJobs.Waiting(2, type: "other") with { RunAt = TestJobs.At(-7), CreatedAt = TestJobs.At(-9), Priority = 5 },
            TestJobs.Waiting(3) with { RunAt = TestJobs.At(-8), CreatedAt = TestJobs.At(-9), Priority = -1 },
            TestJobs.Waiting(4) with { RunAt = TestJobs.At(-2), CreatedAt = TestJobs.At(-9), Priority = 5 },
            TestJobs.Waiting(5) with { RunAt = TestJobs.At(-3), CreatedAt = TestJobs.At(-9), Priority = 5 },
        ];
        Enter(jobs);

        var ages = new List<double?>();
        foreach (Job next in new[] { jobs[0], jobs[1], jobs[2], jobs[3], jobs[4] })
        {
            ages.Add(Statistics().Single().OldestAge?.TotalSeconds);
            _lines.Leave(next);
        }

        Assert.Equal([9, 8, 8, 3, 3], ages);
    }

    [Theory]
    [InlineData(null, "B", "a", "ab", "b")]
    [InlineData("A", "B", "a", "ab", "b")]
    [InlineData("B", "a", "ab", "b")]
    [InlineData("aa", "ab", "b")]
    [InlineData("ab", "b")]
    [InlineData("b")]
    [InlineData("c")]
    public void NamesAfter_AnyName_AreThoseBehindItByTheirCharactersNumbers(string? name, params string[] expected)
    {
        Enter([.. new[] { "b", "ab", "a", "B", "gone" }.Select((queue, number) => TestJobs.Waiting(number, queue))]);
        _lines.Leave(TestJobs.Waiting(4, "gone"));

        Assert.Equal(expected, _lines.NamesAfter(name));
    }

    [Theory]
    [InlineData(30, null, null, 30)]
    [InlineData(30, 20, null, 20)]
    [InlineData(30, 40, 10, 10)]
    [InlineData(null, 20, 25, 20)]
    [InlineData(null, null, 10, 10)]
    [InlineData(null, null, null, null)]
    public void NextDue_LeaseEndDeadlineAndSchedule_IsTheFirst(int? leaseEnd, int? deadline, int? scheduled, int? expected)
    {
        Job job = TestJobs.Waiting(1) with { DeadlineAt = deadline is { } limit ? TestJobs.At(limit) : null };
        Enter(leaseEnd is { } end ? job.Leased(end) : job);
        if (scheduled is { } seconds)
        {
            Enter(TestJobs.Waiting(2) with { RunAt = TestJobs.At(seconds) });
        }

        Assert.Equal(expected is { } due ? TestJobs.At(due) : null, _lines.NextDue);
    }

    [Theory]
    [InlineData(9, null)]
    [InlineData(10, 3)]
    [InlineData(11, 3)]
    public void FirstDue_AtOneTime_LeaseEndsComeBeforeDeadlinesAndThenTheLowerId(double asked, int? expected)
    {
        Enter(
            TestJobs.Waiting(1) with { DeadlineAt = TestJobs.At(10) },
            TestJobs.Waiting(4).Leased(10),
            TestJobs.Waiting(3).Leased(10),
            TestJobs.Waiting(2).Leased(12));

        Assert.Equal(expected is { } number ? TestShard.Id(number) : null, _lines.FirstDue(TestJobs.At(asked)));
    }

    [Fact]
    public void Set_Paused_HandsOutNothingUntilItIsNot()
    {
        Enter(TestJobs.Waiting(1));

        _lines.Set(Queue("default", paused: true));
        Assert.Null(First([]));
        Assert.Null(First(["default"]));

        _lines.Set(Queue("default", paused: false));
        Assert.Equal(1, First([]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("test")]
    public void FirstReady_OfAllQueuesWhileOneIsPaused_IsThatOfAnotherUntilItIsResumed(string? type)
    {
        string[]? types = type is null ? null : [type];
        Enter(TestJobs.Waiting(2, "a"), TestJobs.Waiting(3, "b"));

        _lines.Set(Queue("a", paused: true));
        Enter(TestJobs.Waiting(1, "a"));
        Assert.Equal(3, First([], types));

        _lines.Leave(TestJobs.Waiting(2, "a"));
        _lines.Set(Queue("a", paused: false));
        Assert.Equal(1, First([], types));

        _lines.Leave(TestJobs.Waiting(1, "a"));
        Assert.Equal(3, First([], types));
    }

    [Fact]
    public void SettingsOf_AnyQueue_AreThoseLastSetOrTheDefaults()
    {
        _lines.Set(Queue("a", paused: true));
        _lines.Set(Queue("b", paused: true));
        _lines.Set(Queue("b", paused: false));

        Assert.Equal(
            [Queue("a", paused: true), Queue("b", paused: false), Queue("never named", paused: false)],
            new[] { "a", "b", "never named" }.Select(_lines.SettingsOf));
        Assert.Equal(["a"], Statistics().Select(queue => queue.Name));
    }

    private static QueueSettings Queue(string name, bool paused) => new() { Name = name, Paused = paused };
}
