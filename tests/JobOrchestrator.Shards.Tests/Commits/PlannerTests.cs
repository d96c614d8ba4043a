using System.Text;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What one commit writes.</summary>
public sealed class PlannerTests
{
    private const int OperationsMax = 20;

    private static readonly DateTimeOffset Now = TestJobs.Start.AddDays(1);
    private static readonly ShardLimits Limits = new(
        OperationsMax,
        BytesMax: 2_000_000,
        TwoStep: false,
        RequestTimeout: TimeSpan.FromSeconds(10),
        Lease: TimeSpan.FromSeconds(15),
        Renew: TimeSpan.FromSeconds(5),
        Answer: TimeSpan.FromSeconds(10),
        MailboxMax: 100,
        EventRetention: TimeSpan.FromHours(1),
        EventBytesMax: 1_000_000,
        Events: new EventForm("here"));

    private readonly ModelStore _store = new();
    private readonly Shard _shard;
    private readonly PageIndex _pages;
    private readonly SettingsIndex _settings;
    private readonly Shards.Outbox _outbox;
    private readonly PageSweep _sweep;
    private readonly Planner _planner;
    private readonly Head _head;

    public PlannerTests()
    {
        // Three documents of events that are past their time, one that is not published, and a page that has been retired.
        _head = new Head
        {
            Epoch = 3,
            Holder = "a",
            Commit = 7,
            Pages = [new Span(1, 0, 1), new Span(2, 1, 2)],
            NextPage = 2,
            Outbox = [new Span(2, 5, 9)],
            NextOutbox = 9,
            OutboxBytes = 400,
            Published = 8,
        };
        _settings = new SettingsIndex(_head, ShardBounds.Usual);
        _pages = new PageIndex(_head.Pages, _head.NextPage, ShardBounds.Usual);
        _outbox = new Shards.Outbox(_head, Now.AddDays(-1), ShardBounds.Usual.RecentEventBytesMax);
        _shard = new Shard(ShardSettings.Default, nextOrder: 2 * ShardBounds.Usual.PageJobs);
        _sweep = new PageSweep(0, _pages, _store.Calls, ShardBounds.Usual);
        _planner = new Planner(0, Limits, _pages, _settings, _outbox, _sweep, new ShardHistory(long.MaxValue, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Plan_ANewJob_WritesItsPageItsEventAndItself()
    {
        _shard.Apply(new Command.Enqueue(TestJobs.Submission(1)), Now);

        CommitPlan plan = Plan();

        Assert.Equal(
            [
                (Keys.Page(0, 3, 2), true, true),
                (Keys.Outbox(0, 3, 9), true, false),
                (TestJobs.Id(1).ToString(), true, true),
            ],
            Written(plan).Select(operation => (operation.Key, operation.IsNew, operation.IsWrittenAgain)));
        Assert.Equal([TestJobs.Id(1).Value], PageDocument.Parse(plan.Documents[0].Value!).Ids.Where(id => id != Guid.Empty));
        Assert.Equal(3, plan.Head.NextPage);
        Assert.Equal([new Span(1, 0, 1), new Span(2, 1, 2), new Span(3, 2, 3)], plan.Head.Pages);
        Assert.Equal([2L, 2L], plan.Head.LivePages);
        Assert.Equal(10, plan.Head.NextOutbox);
    }

    [Fact]
    public void Plan_AJobThatLivesInMemory_WritesNothingOfItButItsEvent()
    {
        _shard.Apply(new Command.Enqueue(TestJobs.Submission(1, durable: false)), Now);

        CommitPlan plan = Plan();

        Assert.Equal([Keys.Page(0, 3, 2), Keys.Outbox(0, 3, 9)], Written(plan).Select(operation => operation.Key));
        Assert.All(PageDocument.Parse(plan.Documents[0].Value!).Ids, id => Assert.Equal(Guid.Empty, id));
    }

    [Fact]
    public void Plan_AJobThatRunsAndOneThatHasEnded_SaysWhichIsWrittenAgain()
    {
        _shard.Apply(new Command.EnqueueMany([TestJobs.Submission(1), TestJobs.Submission(2)]), Now);
        Store(Plan());
        var leased = (Outcome.Leased)_shard.Apply(new Command.Lease(["default"], "w", 2, null, "seed"), Now);
        _shard.Apply(new Command.Complete(leased.Jobs[0].Id, leased.Jobs[0].Lease!.Token), Now);

        CommitPlan plan = Plan();

        Assert.Equal(
            [(leased.Jobs[0].Id.ToString(), false, false), (leased.Jobs[1].Id.ToString(), false, true)],
            Written(plan).Where(IsOfAJob).Select(operation => (operation.Key, operation.IsNew, operation.IsWrittenAgain)));
    }

    [Fact]
    public void Plan_AForgottenJob_LeavesATombstoneForAWeek()
    {
        _shard.Apply(new Command.Enqueue(TestJobs.Submission(1)), Now);
        _shard.Apply(new Command.Cancel(TestJobs.Id(1)), Now);
        Store(Plan());
        _shard.Recall(TestJobs.Ended(TestJobs.Job(1), Now.AddDays(9)));
        _shard.Apply(new Command.Forget(TestJobs.Id(1)), Now);

        StateOperation tombstone = Plan().Documents.Single(operation => operation.Key == TestJobs.Id(1).ToString());

        Assert.Equal(7 * 86_400, tombstone.TtlSeconds);
        Assert.IsType<JobLookup.Purged>(JobDocument.Read(tombstone.Value!));
    }

    [Fact]
    public void Plan_NothingToStore_RenewsTheLeaseAndDeletesWhatIsPastItsTime()
    {
        CommitPlan plan = Plan();

        Assert.Equal(
            [Keys.Outbox(0, 2, 5), Keys.Outbox(0, 2, 6), Keys.Outbox(0, 2, 7)], plan.Documents.Select(operation => operation.Key));
        Assert.All(plan.Documents, operation => Assert.Null(operation.Value));
        Assert.Equal(3, plan.OutboxDeleted.Count);
        Assert.Equal([new Span(2, 8, 9)], plan.Head.Outbox);
        Assert.Equal((8L, 100L, 8L), (plan.Head.Commit, plan.Head.OutboxBytes, plan.Head.Published));
        Assert.Equal(Now.AddSeconds(15).UtcDateTime, plan.Head.LeaseEndsAt);
    }

    [Fact]
    public void Plan_OneCommitTriedTwice_HasAnotherIdEachTime() => Assert.NotEqual(Plan().Head.CommitId, Plan().Head.CommitId);

    /// <summary>Whoever waits for a commit does not wait for all that is to be deleted.</summary>
    [Theory]
    [InlineData(0, OperationsMax - 1)]
    [InlineData(5, OperationsMax / 4)]
    [InlineData(8, OperationsMax / 4)]
    public async Task Plan_MoreToDeleteThanThereIsRoomFor_FillsTheTransactionOrAQuarterOfItBesideNewJobs(int newJobs, int deleted)
    {
        await RetireAsync(page: 0, jobs: 40);
        for (int job = 1; job <= newJobs; job++)
        {
            _shard.Apply(new Command.Enqueue(TestJobs.Submission(1_000 + job)), Now);
        }

        CommitPlan plan = Plan();

        Assert.InRange(plan.Documents.Count, deleted, OperationsMax - 1);
        Assert.Equal(deleted, plan.Documents.Count(operation => operation.Value is null));
        Assert.Equal(newJobs, Written(plan).Count(IsOfAJob));
        Assert.Empty(plan.Swept.Removed);
    }

    [Fact]
    public async Task Plan_TheLastOfAPageIsDeleted_TakesThePageOutOfTheHead()
    {
        await RetireAsync(page: 0, jobs: 2);

        CommitPlan plan = Plan();

        Assert.Equal([0L], plan.Swept.Removed);
        Assert.Equal([new Span(2, 1, 2)], plan.Head.Pages);
        Assert.Equal(Keys.Page(0, 1, 0), plan.Documents[^1].Key);
    }

    [Fact]
    public void Plan_APageWhoseJobsHaveAllEnded_IsRetiredByTheNextCommit()
    {
        Job job = TestJobs.Job(ShardBounds.Usual.PageJobs);
        _pages.Load(1, new PageDocument([job.Id.Value, .. new Guid[ShardBounds.Usual.PageJobs - 1]]));
        _pages.Count(null, TestJobs.Ended(job, Now.AddDays(3)));
        _shard.Apply(new Command.Enqueue(TestJobs.Submission(1)), Now);
        Store(Plan());

        CommitPlan plan = Plan();

        Assert.Equal([1L], plan.Retired);
        byte[] page = Written(plan).Single(operation => operation.Key == Keys.Page(0, 2, 1)).Value!;
        Assert.Equal(Now.AddDays(3), PageDocument.Parse(page).ExpiresAt);
        Assert.Equal([2L, 2L], plan.Head.LivePages);
    }

    [Fact]
    public void Plan_QueuesPausedBesideNewJobs_AreDocumentsOfTheSameCommitWithinItsOperations()
    {
        for (int number = 1; number <= Limits.JobsMax / 2; number++)
        {
            _shard.Apply(new Command.Enqueue(TestJobs.Submission(number)), Now);
            _shard.Apply(new Command.PauseQueue($"queue-{number}"), Now);
        }

        CommitPlan plan = Plan();

        // The head comes beside.
        Assert.InRange(plan.Documents.Count, Limits.JobsMax, OperationsMax - 1);
        Assert.Equal(Limits.JobsMax / 2, Written(plan).Count(IsOfAJob));
        Assert.Equal(
            Limits.JobsMax / 2,
            Written(plan).Count(operation => operation.Key.StartsWith(Keys.Settings(0, "queue-"), StringComparison.Ordinal)));
        Assert.Equal((1, Limits.JobsMax / 2), (plan.Head.SettingsPages, plan.Head.NextSettings));
    }

    [Fact]
    public void Plan_ItsEvents_ComeFromTheSourceThatWasSet()
    {
        _shard.Apply(new Command.Enqueue(TestJobs.Submission(1)), Now);

        OutboxEvent item = Assert.Single(Plan().Outbox!.Events);

        Assert.Contains("\"source\":\"here\"", Encoding.UTF8.GetString(item.CloudEvent.Utf8), StringComparison.Ordinal);
        Assert.Equal((JobEventKind.Created, TestJobs.Id(1).Value, "default"), (item.Kind, item.Job, item.Queue));
    }

    private CommitPlan Plan() => _planner.Plan(_head, _shard.PeekChanges(), Now, Now);

    private static IEnumerable<StateOperation> Written(CommitPlan plan) => plan.Documents.Where(operation => operation.Value is not null);

    private static bool IsOfAJob(StateOperation operation) => JobId.TryParse(operation.Key, out _);

    /// <summary>What a commit loop does once a plan is stored, as far as the next plan goes by it.</summary>
    private void Store(CommitPlan plan)
    {
        _shard.TakeChanges();
        foreach (Job job in plan.Changes.Created)
        {
            _pages.Add(job, plan.Head.Epoch);
            _pages.Count(null, job);
        }
    }

    private async Task RetireAsync(long page, int jobs)
    {
        Guid[] ids = [.. Enumerable.Range(1, jobs).Select(job => TestJobs.Id(job).Value)];
        string key = Keys.Page(0, _pages.EpochOf(page)!.Value, page);
        _pages.Load(1 - page, new PageDocument([]));
        byte[] document = new PageDocument(ids) { ExpiresAt = Now.AddSeconds(-1) }.ToUtf8(page);
        await _store.TrySaveAsync(key, document, null, Keys.Head(0), CancellationToken.None);
        await LookAsync(Now);
    }

    private async Task LookAsync(DateTimeOffset now) => _sweep.Enter(await _sweep.LookAsync(now, CancellationToken.None), now);
}
