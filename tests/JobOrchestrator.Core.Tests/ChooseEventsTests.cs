namespace JobOrchestrator.Core.Tests;

/// <summary>Which events of a queue's jobs are published is a setting of the queue, and each event says what it was.</summary>
public sealed class ChooseEventsTests
{
    private const EventKinds Beginnings = EventKinds.Created | EventKinds.Updated;

    private readonly TestShard _shard = new();

    [Fact]
    public void ChooseEvents_OfAQueue_IsSaidByItsJobsEventsFromThenOn()
    {
        _shard.Enqueue(1);
        _shard.Apply<Outcome.Done>(new Command.ChooseEvents("default", Beginnings));
        _shard.Enqueue(2);
        _shard.Enqueue(TestShard.Submission(3) with { Queue = "other" });

        Assert.Equal(
            [EventKinds.None, Beginnings, EventKinds.None], _shard.Shard.TakeChanges().Events.Select(told => told.Unpublished));
        Assert.Equal(Beginnings, _shard.Queue("default").Unpublished);
    }

    [Fact]
    public void ChooseEvents_OfAPausedQueue_LeavesItPausedAndIsLeftWhenItIsResumed()
    {
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("default", "by", "why"));
        _shard.Apply<Outcome.Done>(new Command.ChooseEvents("default", Beginnings));
        Assert.Equal("why", _shard.Queue("default").Pause?.Reason);

        _shard.Apply<Outcome.Done>(new Command.ResumeQueue("default"));

        Assert.Equal((false, Beginnings), (_shard.Queue("default").Paused, _shard.Queue("default").Unpublished));
    }

    [Fact]
    public void ChooseEvents_OfAsManyQueuesAsMayBe_IsRefusedUntilOneIsAsItBegan()
    {
        var shard = new TestShard(ShardSettings.Default with { PausedQueuesMax = 1 });
        shard.Shard.Load(new QueueSettings { Name = "a", Unpublished = EventKinds.Created });

        Assert.Equal(1, shard.Refused<Refusal.QueueFull>(new Command.ChooseEvents("b", Beginnings)).Bound);
        shard.Apply<Outcome.Done>(new Command.ChooseEvents("a", Beginnings));
        shard.Apply<Outcome.Done>(new Command.ChooseEvents("a", EventKinds.None));

        shard.Apply<Outcome.Done>(new Command.ChooseEvents("b", Beginnings));
    }

    [Fact]
    public void ChooseEvents_RolledBack_IsAsItWasStored()
    {
        _shard.Apply<Outcome.Done>(new Command.ChooseEvents("default", EventKinds.Created));
        _shard.Shard.TakeChanges();
        _shard.Apply<Outcome.Done>(new Command.ChooseEvents("default", Beginnings));

        _shard.Shard.Rollback();

        Assert.Equal(EventKinds.Created, _shard.Queue("default").Unpublished);
    }
}
