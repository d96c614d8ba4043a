using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards.Tests;

public sealed class SignalTests
{
    private readonly Signal _signal = new();

    [Fact]
    public async Task Wait_SetOftenBefore_GoesOnAtOnceAndOnce()
    {
        _signal.Set();
        _signal.Set();

        await _signal.WaitAsync(CancellationToken.None);

        Assert.False(_signal.WaitAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task Wait_CallerLeaves_IsCancelledAndTheNextOneIsWokenAllTheSame()
    {
        using var caller = new CancellationTokenSource();
        Task left = _signal.WaitAsync(caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Task next = _signal.WaitAsync(CancellationToken.None);

        _signal.Set();

        await next;
    }

    /// <summary>Whoever sets it after a change can be sure that the reader looks after the change.</summary>
    [Fact]
    public async Task Set_ByManyThreadsAtOnce_NoChangeIsMissed()
    {
        const int Writers = 8;
        const int Changes = 5_000;
        int changes = 0;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < Changes; i++)
            {
                Interlocked.Increment(ref changes);
                _signal.Set();
            }
        })));

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Volatile.Read(ref changes) < Writers * Changes)
        {
            await _signal.WaitAsync(deadline.Token);
        }

        await writing;
    }
}
