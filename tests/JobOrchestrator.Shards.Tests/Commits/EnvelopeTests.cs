using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class EnvelopeTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);
    private static readonly Command.Lease Lease = new(["default"], "worker", 1, null, "seed");
    private static readonly Outcome Done = new Outcome.Done(0);
    private static readonly Outcome SomeJob = new Outcome.Leased([TestJobs.Job(1)]);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Command_NotTakenInTime_IsWithdrawnWithNothingWritten()
    {
        var envelope = new Envelope(new Command.CountQueues());
        Task<Outcome> outcome = envelope.OutcomeAsync(Answer, _clock, CancellationToken.None);

        _clock.Advance(Answer);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => outcome);
        Assert.False(envelope.TryTake());
    }

    [Fact]
    public async Task Command_TakenAndNotAnsweredInTime_IsUnknown()
    {
        var envelope = new Envelope(new Command.CountQueues());
        Task<Outcome> outcome = envelope.OutcomeAsync(Answer, _clock, CancellationToken.None);
        Assert.True(envelope.TryTake());

        _clock.Advance(Answer);

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => outcome);
        Assert.False(envelope.TryAnswer(Done));
    }

    [Fact]
    public async Task Command_Answered_LeavesNoTimerAndNothingToTheCallersToken()
    {
        using var caller = new CancellationTokenSource();
        var envelope = new Envelope(new Command.CountQueues());
        Task<Outcome> outcome = envelope.OutcomeAsync(Answer, _clock, caller.Token);
        envelope.TryTake();

        Assert.True(envelope.TryAnswer(Done));
        await caller.CancelAsync();

        Assert.Equal(Done, await outcome);
        Assert.Equal(0, _clock.ScheduledTimers);
    }

    /// <summary>It may be answered before its caller begins to wait.</summary>
    [Fact]
    public async Task Command_AnsweredBeforeItIsWaitedFor_LeavesNoTimer()
    {
        var envelope = new Envelope(new Command.CountQueues());
        envelope.TryTake();
        envelope.TryAnswer(Done);

        Assert.Equal(Done, await envelope.OutcomeAsync(Answer, _clock, CancellationToken.None));
        Assert.Equal(0, _clock.ScheduledTimers);
    }

    [Fact]
    public async Task Command_CallerLeaves_IsDoneAllTheSame()
    {
        using var caller = new CancellationTokenSource();
        var envelope = new Envelope(new Command.PauseQueue("default"));
        Task<Outcome> outcome = envelope.OutcomeAsync(Answer, _clock, caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outcome);
        _clock.Advance(Answer);
        Assert.True(envelope.TryTake());
    }

    [Fact]
    public async Task Lease_CallerLeaves_IsNotTaken()
    {
        using var caller = new CancellationTokenSource();
        var envelope = new Envelope(Lease, Wait);
        Task<Outcome> outcome = envelope.OutcomeAsync(Answer, _clock, caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outcome);
        Assert.True(envelope.IsOver);
        Assert.False(envelope.TryTake());
    }

    [Fact]
    public async Task Lease_ParkedUntilItsWaitHasPassed_IsEmpty()
    {
        var envelope = new Envelope(Lease, Wait);
        Task<Outcome> outcome = envelope.OutcomeAsync(Answer, _clock, CancellationToken.None);
        envelope.TryTake();
        Assert.True(envelope.TryPark());

        _clock.Advance(Wait);

        Assert.Empty(Assert.IsType<Outcome.Leased>(await outcome).Jobs);
        Assert.True(envelope.IsOver);
    }

    [Fact]
    public async Task Lease_BeingDecidedWhenItsWaitPasses_HasTheTimeOfACommitMore()
    {
        var envelope = new Envelope(Lease, Wait);
        Task<Outcome> outcome = envelope.OutcomeAsync(Answer, _clock, CancellationToken.None);
        envelope.TryTake();
        _clock.Advance(Wait + Answer - TimeSpan.FromTicks(1));

        Assert.True(envelope.TryAnswer(SomeJob));

        Assert.Same(SomeJob, await outcome);
    }

    [Fact]
    public async Task Lease_FoundNothingWhenItsWaitHasPassed_IsEmptyAtOnce()
    {
        var envelope = new Envelope(Lease, Wait);
        Task<Outcome> outcome = envelope.OutcomeAsync(Answer, _clock, CancellationToken.None);
        envelope.TryTake();
        _clock.Advance(Wait);
        Assert.False(outcome.IsCompleted);

        Assert.False(envelope.TryPark());

        Assert.Empty(Assert.IsType<Outcome.Leased>(await outcome).Jobs);
        Assert.Equal(0, _clock.ScheduledTimers);
    }

    [Fact]
    public async Task Lease_DecidedTooLate_IsUnknownAndTheLoopHearsThatNobodyTookIt()
    {
        var envelope = new Envelope(Lease, Wait);
        Task<Outcome> outcome = envelope.OutcomeAsync(Answer, _clock, CancellationToken.None);
        envelope.TryTake();
        _clock.Advance(Wait + Answer);

        Assert.False(envelope.TryAnswer(SomeJob));

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => outcome);
    }

    /// <summary>Time, the caller's leave and the loop at the same moment: what the caller hears is what the loop is told.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lease_TimeCallerAndLoopAtOnceOnManyThreads_AgreeOnItsEnd(bool parksFirst)
    {
        for (int i = 0; i < 3_000; i++)
        {
            var clock = new ManualTimeProvider();
            using var caller = new CancellationTokenSource();
            var envelope = new Envelope(Lease, Wait);
            bool parked = parksFirst && envelope.TryTake() && envelope.TryPark();
            Task<Outcome>? outcome = null;
            bool taken = false;
            bool answered = false;

            await Task.WhenAll(
                Task.Run(() =>
                {
                    // A statement, so that its end is not waited for here: a caller who leaves is no failure.
                    outcome = envelope.OutcomeAsync(Answer, clock, caller.Token);
                }),
                Task.Run(() => clock.Advance(Wait)),
                Task.Run(() => Leave(i % 3)),
                Task.Run(() =>
                {
                    taken = envelope.TryTake();
                    if (taken && i % 2 == 0 && envelope.TryPark())
                    {
                        taken = envelope.TryTake();
                    }

                    answered = taken && envelope.TryAnswer(SomeJob);
                }));

            Assert.Equal(parksFirst, parked);
            clock.Advance(Wait + Answer);
            Task ended = await Task.WhenAny(outcome!);
            Assert.Equal(answered, ended.IsCompletedSuccessfully && ReferenceEquals(await outcome!, SomeJob));
            Assert.Equal(0, clock.ScheduledTimers);

            void Leave(int third)
            {
                if (third == 0)
                {
                    caller.Cancel();
                }
            }
        }
    }
}
