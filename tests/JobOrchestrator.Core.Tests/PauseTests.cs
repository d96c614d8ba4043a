namespace JobOrchestrator.Core.Tests;

public sealed class PauseTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void PauseQueue_ReadyJobs_AreNotHandedOutUntilItIsResumed()
    {
        _shard.Enqueue(1);
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("default"));

        Assert.Empty(_shard.LeaseMany(1));
        Assert.False(_shard.HasReady());

        _shard.Apply<Outcome.Done>(new Command.ResumeQueue("default"));
        Assert.Equal(TestShard.Id(1), _shard.Lease().Id);
    }

    /// <summary>H3's kind: any number of queues could be paused, each with a document that every start reads.</summary>
    [Fact]
    public void PauseQueue_AsManyArePausedAsMayBe_IsRefusedUntilOneIsResumed()
    {
        var shard = new TestShard(ShardSettings.Default with { PausedQueuesMax = 2 });
        shard.Shard.Load(new QueueSettings { Name = "a", Paused = true });
        shard.Apply<Outcome.Done>(new Command.PauseQueue("b"));

        Assert.Equal(2, shard.Refused<Refusal.QueueFull>(new Command.PauseQueue("c")).Bound);
        shard.Apply<Outcome.Done>(new Command.PauseQueue("b"));
        shard.Apply<Outcome.Done>(new Command.ResumeQueue("c"));
        shard.Apply<Outcome.Done>(new Command.ResumeQueue("a"));

        shard.Apply<Outcome.Done>(new Command.PauseQueue("c"));
        Assert.True(shard.Queue("c").Paused);
    }

    /// <summary>A pause that was not stored is none.</summary>
    [Fact]
    public void PauseQueue_RolledBack_LeavesRoomForAnother()
    {
        var shard = new TestShard(ShardSettings.Default with { PausedQueuesMax = 1 });
        shard.Apply<Outcome.Done>(new Command.PauseQueue("a"));
        shard.Shard.Rollback();

        shard.Apply<Outcome.Done>(new Command.PauseQueue("b"));

        Assert.False(shard.Queue("a").Paused);
    }

    [Fact]
    public void PauseQueue_OtherQueuesOfTheSameLease_AreHandedOut()
    {
        _shard.Enqueue(1);
        _shard.Enqueue(TestShard.Submission(2) with { Queue = "other" });
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("default"));

        Assert.Equal(TestShard.Id(2), Assert.Single(_shard.LeaseMany(5, "default", "other")).Id);
    }

    [Fact]
    public void PauseQueue_RunningJobs_GoOnAndJobsAreStillAccepted()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("default"));

        _shard.Enqueue(2);

        Assert.Equal(JobStatus.Completed, _shard.Changed(new Command.Complete(job.Id, job.Lease!.Token)).Status);
    }

    [Fact]
    public void PauseQueue_OnlyAChange_IsStored()
    {
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("default"));
        Assert.Equal(Paused("default"), Assert.Single(_shard.Shard.TakeChanges().Settings));

        _shard.Apply<Outcome.Done>(new Command.PauseQueue("default"));
        Assert.True(_shard.Shard.TakeChanges().IsEmpty);

        _shard.Apply<Outcome.Done>(new Command.ResumeQueue("default"));
        Assert.Equal(new QueueSettings { Name = "default" }, Assert.Single(_shard.Shard.TakeChanges().Settings));
    }

    [Fact]
    public void PauseQueue_WithAReason_SaysSinceWhenByWhomAndWhyUntilItIsResumed()
    {
        DateTimeOffset since = _shard.Now;
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("a", "anna", "migration"));
        _shard.Pass(60);
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("a", "bert"));
        Assert.Equal(new QueuePause(since, "anna", "migration"), _shard.Queue("a").Pause);

        _shard.Apply<Outcome.Done>(new Command.PauseQueue("a", "bert", "still"));
        Assert.Equal(new QueuePause(since, "bert", "still"), _shard.Queue("a").Pause);

        _shard.Apply<Outcome.Done>(new Command.ResumeQueue("a"));
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("a"));
        Assert.Equal(new QueuePause(_shard.Now, null, null), _shard.Queue("a").Pause);
    }

    [Fact]
    public void PauseQueue_ResumedInTheSameBatch_HasNothingToStore()
    {
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("a"));
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("b"));
        _shard.Apply<Outcome.Done>(new Command.ResumeQueue("a"));

        Assert.Equal((1, Paused("b").DocumentBytesMax), (_shard.Shard.PendingDocuments, _shard.Shard.PendingBytes));
        Assert.Equal([Paused("b")], _shard.Shard.TakeChanges().Settings);
        Assert.Equal((0, 0), (_shard.Shard.PendingDocuments, _shard.Shard.PendingBytes));
    }

    [Fact]
    public void Settings_OfEveryChange_CountAsOneDocumentWithinTheCommandsSize()
    {
        Command[] commands = [new Command.PauseQueue("queue é", "by", "why é"), new Command.ResumeQueue("queue é")];
        foreach (Command command in commands)
        {
            _shard.Apply<Outcome.Done>(command);

            Assert.Equal(new CommandSize(_shard.Shard.PendingDocuments, _shard.Shard.PendingBytes), CommandSize.Of(command));
            _shard.Shard.TakeChanges();
        }
    }

    [Fact]
    public void Statistics_QueuesPausedAndLoaded_AreNamedInOrderThoughTheyAreEmpty()
    {
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("b"));
        _shard.Shard.Load(Paused("a"));

        Assert.Equal([("a", true), ("b", true)], _shard.Shard.Statistics(_shard.Now).Select(queue => (queue.Name, queue.Paused)));
    }

    [Fact]
    public void CountQueues_WithJobsAndPausedQueues_CountsThemAndChangesNothing()
    {
        _shard.Enqueue(1);
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("paused"));
        _shard.Shard.TakeChanges();

        IReadOnlyList<QueueStatistics> queues = _shard.Apply<Outcome.Counted>(new Command.CountQueues()).Queues;

        var one = new QueueStatistics("default", false, 1, 0, 0) { OldestAge = TimeSpan.Zero };
        Assert.Equal([one, new QueueStatistics("paused", true, 0, 0, 0) { Pause = new QueuePause(_shard.Now, null, null) }], queues);
        Assert.Equal([one], _shard.Apply<Outcome.Counted>(new Command.CountQueue("default")).Queues);
        Assert.True(_shard.Shard.PeekChanges().IsEmpty);
    }

    [Fact]
    public void ResumeQueue_EmptyQueue_LeavesNoTrace()
    {
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("a"));
        _shard.Apply<Outcome.Done>(new Command.ResumeQueue("a"));

        Assert.Empty(_shard.Shard.Statistics(_shard.Now));
    }

    private QueueSettings Paused(string queue) =>
        new() { Name = queue, Paused = true, Pause = new QueuePause(_shard.Now, null, null) };
}
