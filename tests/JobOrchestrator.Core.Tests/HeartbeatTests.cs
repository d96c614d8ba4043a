namespace JobOrchestrator.Core.Tests;

public sealed class HeartbeatTests
{
    private readonly TestShard _shard = new();
    private readonly Job _job;

    public HeartbeatTests()
    {
        _job = _shard.Running(TestShard.Submission(1) with { State = JsonText.Of("0") });
        _shard.Shard.TakeChanges();
    }

    private string Token => _job.Lease!.Token;

    [Fact]
    public void Heartbeat_CurrentToken_ExtendsTheLeaseFromNow()
    {
        _shard.Pass(20);

        Outcome.Extended extended = _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, Token));

        Assert.Equal((_shard.Now.AddSeconds(TestShard.LeaseSeconds), false), (extended.LeaseExpiresAt, extended.CancelRequested));
        Changes changes = _shard.Shard.TakeChanges();
        Assert.Equal(extended.LeaseExpiresAt, Assert.Single(changes.Jobs).Lease!.ExpiresAt);
        Assert.Empty(changes.Events);
    }

    [Theory]
    [InlineData(-0.001, true)]
    [InlineData(0, false)]
    [InlineData(0.001, false)]
    public void Heartbeat_AroundTheLeaseEnd_CountsOnlyBefore(double aroundEnd, bool taken)
    {
        _shard.Pass(TestShard.LeaseSeconds + aroundEnd);

        Outcome outcome = _shard.Apply(new Command.Heartbeat(_job.Id, Token));

        Assert.Equal(taken, outcome is Outcome.Extended);
        Assert.Equal(!taken, outcome is Outcome.Refused { Why: Refusal.StaleLease });
    }

    /// <summary>A checkpoint that was sent in vain and arrives after all takes nothing back (seed 1405726).</summary>
    [Theory]
    [InlineData(1, "\"new\"")]
    [InlineData(2, "\"late\"")]
    [InlineData(3, "\"late\"")]
    [InlineData(null, "\"late\"")]
    public void Heartbeat_WithAStateAfterOneWithNumberTwo_IsTakenUnlessItsNumberIsLower(int? number, string expected)
    {
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, Token, State: JsonText.Of("\"new\"")) { StateNumber = 2 });
        _shard.Pass(1);

        var late = new Command.Heartbeat(_job.Id, Token, State: JsonText.Of("\"late\"")) { StateNumber = number };
        Outcome.Extended extended = _shard.Apply<Outcome.Extended>(late);

        Job job = Assert.Single(_shard.Shard.TakeChanges().Jobs);
        Assert.Equal((expected, Math.Max(2, number ?? 0)), (job.State!.ToString(), job.Lease!.StateNumber));
        Assert.Equal(_shard.Now.AddSeconds(TestShard.LeaseSeconds), extended.LeaseExpiresAt);
    }

    [Fact]
    public void Heartbeat_NewProgress_IsPublished()
    {
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, Token, new Progress(50, "half")));

        JobEvent told = Assert.Single(_shard.Shard.TakeChanges().Events);
        Assert.Equal((JobEventKind.Updated, JobStatus.InProgress), (told.Kind, told.PreviousStatus));
        Assert.Equal((new Progress(50, "half"), _job.Sequence + 1), (told.Job.Progress, told.Job.Sequence));
    }

    [Fact]
    public void Heartbeat_PartOfTheProgress_LeavesTheOtherPartAsItWas()
    {
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, Token, new Progress(50, "half")));
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, Token, new Progress(60, null)));
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, Token, new Progress(null, "soon")));

        Assert.Equal(
            [new Progress(50, "half"), new Progress(60, "half"), new Progress(60, "soon")],
            _shard.Shard.TakeChanges().Events.TakeLast(3).Select(told => told.Job.Progress));
    }

    [Fact]
    public void Heartbeat_SameProgressAgain_IsNotPublishedAgain()
    {
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, Token, new Progress(50, "half")));
        _shard.Shard.TakeChanges();
        _shard.Pass(1);

        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, Token, new Progress(50, "half")));

        Assert.Empty(_shard.Shard.TakeChanges().Events);
    }

    [Fact]
    public void Heartbeat_State_IsStoredAndOneWithoutLeavesIt()
    {
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, Token, State: JsonText.Of("{ \"step\": 3 }")));
        _shard.Pass(1);
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, Token));

        Assert.Equal("{ \"step\": 3 }", _shard.Taken(_job.Id).State!.ToString());
    }

    [Fact]
    public void Heartbeat_WithNothingNewAtTheSameInstant_StoresNothing()
    {
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, Token, State: JsonText.Of("0")));

        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
    }

    [Fact]
    public void Heartbeat_StateOfAKilledAttempt_IsWhatTheNextOneReads()
    {
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, Token, State: JsonText.Of("7")));
        _shard.Pass(TestShard.LeaseSeconds);
        _shard.Tick();

        Job again = _shard.Lease();

        Assert.Equal(("7", 2), (again.State!.ToString(), again.Attempt));
    }

    [Fact]
    public void Heartbeat_UnknownJob_IsRefused()
    {
        Refusal.UnknownJob refusal = _shard.Refused<Refusal.UnknownJob>(new Command.Heartbeat(TestShard.Id(9), Token));

        Assert.Equal((TestShard.Id(9), false), (refusal.JobId, refusal.Retryable));
    }

    [Fact]
    public void Heartbeat_TokenThatNeverWas_IsRefusedWithoutANote()
    {
        _shard.Refused<Refusal.StaleLease>(new Command.Heartbeat(_job.Id, "made-up"));

        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
    }

    [Fact]
    public void Heartbeat_LeaseOfYears_EndsAtTheEndOfTimeInsteadOfOverflowing()
    {
        Job endless = _shard.Running(TestShard.Submission(2) with { LeaseSeconds = int.MaxValue });
        var late = new TestShard();
        late.Pass((DateTimeOffset.MaxValue - TestShard.Start).TotalSeconds - 60);

        Job atTheEnd = late.Running(TestShard.Submission(3) with { LeaseSeconds = int.MaxValue });

        Assert.Equal(TestShard.Start.AddSeconds(int.MaxValue), endless.Lease!.ExpiresAt);
        Assert.Equal(DateTimeOffset.MaxValue, atTheEnd.Lease!.ExpiresAt);
    }
}
