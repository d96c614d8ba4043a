using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Commands that share the time within which they are answered, and its timer.</summary>
public sealed class AnswerLimitTests : IDisposable
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);
    private static readonly Outcome Done = new Outcome.Done(0);

    private readonly ManualTimeProvider _clock = new();
    private readonly AnswerLimit _limit;

    public AnswerLimitTests() => _limit = new AnswerLimit(Length, _clock);

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Begin_SeveralOneAfterTheOther_EachEndsWithItsOwnTime()
    {
        (Envelope first, Task<Outcome> ofFirst) = Post();
        _clock.Advance(TimeSpan.FromSeconds(4));
        (_, Task<Outcome> ofSecond) = Post();

        _clock.Advance(TimeSpan.FromSeconds(6) - TimeSpan.FromTicks(1));
        Assert.False(ofFirst.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ofFirst);
        Assert.False(first.TryTake());

        _clock.Advance(TimeSpan.FromSeconds(4) - TimeSpan.FromTicks(1));
        Assert.False(ofSecond.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ofSecond);
    }

    [Fact]
    public async Task Begin_TakenAndNotAnsweredInTime_IsUnknown()
    {
        (Envelope envelope, Task<Outcome> outcome) = Post();
        Assert.True(envelope.TryTake());

        _clock.Advance(Length);

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => outcome);
    }

    /// <summary>Whatever the loop has lost on its way out, its caller hears of it.</summary>
    [Fact]
    public async Task Dispose_CommandsThatStillWait_EndThenAndLaterOnesAtOnce()
    {
        (Envelope taken, Task<Outcome> ofTaken) = Post();
        (_, Task<Outcome> ofWaiting) = Post();
        (Envelope answered, Task<Outcome> ofAnswered) = Post();
        taken.TryTake();
        answered.TryTake();
        answered.TryAnswer(Done);

        _limit.Dispose();
        (_, Task<Outcome> ofLater) = Post();

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => ofTaken);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ofWaiting);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ofLater);
        Assert.Same(Done, await ofAnswered);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task End_OneOfThreeIsAnswered_TheOthersEndInTime(int answered)
    {
        (Envelope Envelope, Task<Outcome> Outcome)[] posted = [Post(), Post(), Post()];
        posted[answered].Envelope.TryTake();

        Assert.True(posted[answered].Envelope.TryAnswer(Done));
        _clock.Advance(Length);

        Assert.Equal(Done, await posted[answered].Outcome);
        for (int other = 0; other < posted.Length; other++)
        {
            if (other != answered)
            {
                await Assert.ThrowsAsync<StoreUnavailableException>(() => posted[other].Outcome);
            }
        }
    }

    /// <summary>The timer that was set for one looks for those that came later.</summary>
    [Fact]
    public async Task End_TheFirstIsAnsweredAndOthersFollow_TheyEndInTime()
    {
        (Envelope first, _) = Post();
        first.TryTake();
        first.TryAnswer(Done);
        _clock.Advance(TimeSpan.FromSeconds(9));
        (_, Task<Outcome> outcome) = Post();

        _clock.Advance(Length - TimeSpan.FromTicks(1));
        Assert.False(outcome.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => outcome);
        Assert.Equal(0, _clock.ScheduledTimers);
    }

    [Fact]
    public async Task Begin_AnsweredBeforeItIsWaitedFor_IsNotCounted()
    {
        var envelope = new Envelope(new Command.CountQueues());
        envelope.TryTake();
        envelope.TryAnswer(Done);

        Assert.Equal(Done, await envelope.OutcomeAsync(_limit, CancellationToken.None));
        _clock.Advance(Length);

        Assert.Equal(0, _clock.ScheduledTimers);
    }

    [Fact]
    public async Task Begin_CallerLeaves_IsCountedNoMore()
    {
        using var caller = new CancellationTokenSource();
        var envelope = new Envelope(new Command.CountQueues());
        Task<Outcome> outcome = envelope.OutcomeAsync(_limit, caller.Token);

        await caller.CancelAsync();
        _clock.Advance(Length);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outcome);
        Assert.True(envelope.TryTake());
    }

    /// <summary>Whoever ends first, each is told once, and nobody waits for ever.</summary>
    [Fact]
    public async Task Begin_AnsweredByOthersAtOnce_EachEnds()
    {
        const int Each = 2_000;
        Task[] callers =
        [
            .. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                for (int i = 0; i < Each; i++)
                {
                    (Envelope envelope, Task<Outcome> outcome) = Post();
                    Task answer = Task.Run(() => envelope.TryTake() && envelope.TryAnswer(Done));
                    Assert.Equal(Done, await outcome);
                    await answer;
                }
            })),
        ];
        await Task.WhenAll(callers);

        (_, Task<Outcome> last) = Post();
        _clock.Advance(Length);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => last);
    }

    private (Envelope Envelope, Task<Outcome> Outcome) Post()
    {
        var envelope = new Envelope(new Command.CountQueues());
        return (envelope, envelope.OutcomeAsync(_limit, CancellationToken.None));
    }
}
