using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class JobBoardTests
{
    private static readonly DateTimeOffset Start = TestJobs.Start;

    private readonly JobBoard _board = new(finishedBytesMax: long.MaxValue, new ShardBounds());

    [Fact]
    public void Show_ACommit_ShowsEachJobAsItIsNow()
    {
        Job job = TestJobs.Job(1);
        Show(job, TestJobs.Job(2));

        Show(job with { Priority = 7 });

        Assert.Equal(7, _board.Find(job.Id)?.Priority);
        Assert.NotNull(_board.Find(TestJobs.Id(2)));
        Assert.Null(_board.Find(TestJobs.Id(3)));
    }

    /// <summary>H6's kind: a stream that was read slowly held a thousand states of its job, each of any size.</summary>
    [Fact]
    public void Follow_ForEventsAlone_HoldsNoStates()
    {
        Job job = TestJobs.Job(1) with
        {
            State = JsonText.Of("{}"),
            Error = new JobError(JobError.WorkerError, "Boom", JsonText.Of("7")),
            Progress = new Progress(5, "here"),
        };
        using Watch events = _board.Follow(job.Id, eventsOnly: true);
        using Watch whole = _board.Follow(job.Id);

        _board.Show(new Changes([job], [], [], [new JobEvent(JobEventKind.Updated, job, null)], []));

        Assert.True(events.Events.TryRead(out JobEvent? told));
        Assert.Null(told.Job.State);
        Assert.Equal(("Boom", null, job.Progress), (told.Job.Error!.Title, told.Job.Error.Detail, told.Job.Progress));
        Assert.True(whole.Events.TryRead(out JobEvent? all));
        Assert.Same(job, all.Job);
    }

    [Fact]
    public void Show_AForgottenJob_IsNoLongerThere()
    {
        Show(TestJobs.Job(1), TestJobs.Job(2));

        _board.Show(new Changes([], [], [new ForgottenJob(TestJobs.Id(1), [])], [], []));

        Assert.Null(_board.Find(TestJobs.Id(1)));
        Assert.NotNull(_board.Find(TestJobs.Id(2)));
    }

    [Fact]
    public void Show_MoreEndedJobsThanAreKept_DropsTheOldestOfThemAndNoLiveOne()
    {
        Show(TestJobs.Job(0));

        Show([.. Enumerable.Range(1, 4_098).Select(order => Ended(order))]);

        Assert.NotNull(_board.Find(TestJobs.Id(0)));
        Assert.Null(_board.Find(TestJobs.Id(1)));
        Assert.Null(_board.Find(TestJobs.Id(2)));
        Assert.NotNull(_board.Find(TestJobs.Id(3)));
    }

    [Fact]
    public void Show_MoreBytesOfEndedJobsThanAreKept_DropsTheOldestOfThem()
    {
        var board = new JobBoard(finishedBytesMax: 2 * Ended(1).DocumentBytesMax, new ShardBounds());

        board.Show(new Changes([Ended(1), Ended(2), Ended(3)], [], [], [], []));

        Assert.Null(board.Find(TestJobs.Id(1)));
        Assert.NotNull(board.Find(TestJobs.Id(2)));
    }

    /// <summary>A job that ended, and was called back to life, is not one of the ended ones any more.</summary>
    [Fact]
    public void Show_AnEndedJobLivesAgain_IsNotDroppedWithTheEndedOnes()
    {
        var board = new JobBoard(finishedBytesMax: 0, new ShardBounds());
        Job job = TestJobs.Job(1);
        board.Show(new Changes([Ended(1), job], [], [], [], []));

        Assert.Same(job, board.Find(job.Id));
    }

    [Fact]
    public void Follow_TwoOfOneJob_AreBothToldInOrderAndOfNoOther()
    {
        using Watch one = _board.Follow(TestJobs.Id(1));
        using Watch other = _board.Follow(TestJobs.Id(1));

        Tell(TestJobs.Job(1) with { Sequence = 1 }, TestJobs.Job(2), TestJobs.Job(1) with { Sequence = 2 });

        Assert.Equal([1L, 2L], Told(one));
        Assert.Equal([1L, 2L], Told(other));
    }

    [Fact]
    public void Follow_OneHasLeft_TheOtherAndWhoComesLaterAreStillTold()
    {
        using Watch stays = _board.Follow(TestJobs.Id(1));
        Watch leaves = _board.Follow(TestJobs.Id(1));
        leaves.Dispose();
        Tell(TestJobs.Job(1) with { Sequence = 1 });
        stays.Dispose();
        using Watch comes = _board.Follow(TestJobs.Id(1));

        Tell(TestJobs.Job(1) with { Sequence = 2 });

        Assert.Equal([1L], Told(stays));
        Assert.Empty(Told(leaves));
        Assert.Equal([2L], Told(comes));
    }

    [Fact]
    public void Follow_WhoDoesNotRead_IsToldTheNewestAlone()
    {
        using Watch watch = _board.Follow(TestJobs.Id(1));

        Tell([.. Enumerable.Range(1, 1_030).Select(sequence => TestJobs.Job(1) with { Sequence = sequence })]);

        Assert.Equal(Enumerable.Range(7, 1_024).Select(sequence => (long)sequence), Told(watch));
    }

    /// <summary>Whoever waits does not notice that the shard was lost and taken again.</summary>
    [Fact]
    public async Task Clear_ForgetsTheJobsAndEndsWhoFollows()
    {
        Show(TestJobs.Job(1));
        using Watch watch = _board.Follow(TestJobs.Id(1));
        Tell(TestJobs.Job(1) with { Sequence = 3 });

        _board.Clear();

        Assert.Null(_board.Find(TestJobs.Id(1)));
        Tell(TestJobs.Job(1) with { Sequence = 4 });
        Assert.Equal([3L], Told(watch));
        Assert.False(await watch.Events.WaitToReadAsync(CancellationToken.None));
    }

    private static Job Ended(long order) => TestJobs.Ended(TestJobs.Job(order), Start.AddDays(7));

    private void Show(params Job[] jobs) => _board.Show(new Changes(jobs, [], [], [], []));

    private void Tell(params Job[] jobs) =>
        _board.Show(new Changes([], [], [], [.. jobs.Select(job => new JobEvent(JobEventKind.Updated, job, null))], []));

    private static List<long> Told(Watch watch)
    {
        var told = new List<long>();
        while (watch.Events.TryRead(out JobEvent? news))
        {
            told.Add(news.Job.Sequence);
        }

        return told;
    }
}
