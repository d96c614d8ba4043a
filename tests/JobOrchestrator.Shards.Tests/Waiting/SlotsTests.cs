using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards.Tests;

public sealed class SlotsTests
{
    private readonly Slots _slots = new(2);

    [Fact]
    public async Task Take_NoneIsFree_WaitsUntilOneIsGivenBackInTheOrderOfArrival()
    {
        await _slots.TakeAsync(CancellationToken.None);
        Assert.True(_slots.TryTake());
        Assert.False(_slots.TryTake());
        Task first = _slots.TakeAsync(CancellationToken.None);
        Task second = _slots.TakeAsync(CancellationToken.None);

        _slots.Release();

        await first;
        Assert.False(second.IsCompleted);
        _slots.Release();
        await second;
        Assert.Equal(0, _slots.Free);
    }

    [Fact]
    public async Task Take_CallerLeaves_TakesNoneWithIt()
    {
        using var caller = new CancellationTokenSource();
        await _slots.TakeAsync(CancellationToken.None);
        await _slots.TakeAsync(CancellationToken.None);
        Task left = _slots.TakeAsync(caller.Token);

        await caller.CancelAsync();
        _slots.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.Equal(1, _slots.Free);
    }

    [Fact]
    public async Task WaitForFree_OneIsGivenBack_GoesOnAndLeavesItFree()
    {
        await _slots.TakeAsync(CancellationToken.None);
        await _slots.TakeAsync(CancellationToken.None);
        Task waiting = _slots.WaitForFreeAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        _slots.Release();

        await waiting;
        Assert.Equal(1, _slots.Free);
    }

    [Fact]
    public void Release_NothingWasTaken_IsAMistake() => Assert.Throws<InvalidOperationException>(_slots.Release);

    [Fact]
    public async Task Take_ByManyThreadsAtOnce_NeverMoreAreInsideThanThereArePlaces()
    {
        int inside = 0;
        int most = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 2_000; i++)
            {
                await _slots.TakeAsync(CancellationToken.None);
                InterlockedMax(ref most, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
                _slots.Release();
            }
        })));

        Assert.InRange(most, 1, 2);
        Assert.Equal(2, _slots.Free);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
