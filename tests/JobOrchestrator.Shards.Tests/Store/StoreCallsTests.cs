using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class StoreCallsTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Timed_NoAnswerInTime_IsUnclear()
    {
        Task<bool> call = Calls().TimedAsync(NeverAsync, CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(call.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<UnclearException>(() => call);
    }

    [Fact]
    public async Task Timed_TheCallerGivesUp_IsCancelled()
    {
        using var caller = new CancellationTokenSource();
        Task<bool> call = Calls().TimedAsync(NeverAsync, caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Timed_ItFails_SaysWhatItMeans() =>
        await Assert.ThrowsAsync<NeverSentException>(() => Calls().TimedAsync<bool>(
            _ => throw new NeverSentException("The connection was refused."), CancellationToken.None));

    [Fact]
    public async Task Insist_ItFailsThreeTimes_ComesBackWithTheAnswerAndToldEach()
    {
        int tries = 0;
        var told = new List<string>();

        Task<int> call = Calls().InsistAsync(
            _ => ++tries < 4 ? throw new RefusedException($"{tries}") : Task.FromResult(tries),
            exception => told.Add(exception.Message),
            CancellationToken.None);
        foreach (int milliseconds in new[] { 50, 100, 200 })
        {
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            Assert.False(call.IsCompleted);
            int before = tries;
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await Eventually.TrueAsync(() => tries == before + 1, "it is tried again");
        }

        Assert.Equal(4, await call);
        Assert.Equal(["1", "2", "3"], told);
    }

    private StoreCalls Calls() => new(new ModelStore(), TimeSpan.FromSeconds(10), ShardBounds.Usual.StoreAway, _clock);

    private static async Task<bool> NeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return true;
    }
}
