using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Sdk.Tests.Waiting;

public sealed class TimedSignalTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private readonly Signal _signal = new();

    [Fact]
    public async Task Wait_SetBefore_EndsAtOnceAndTakesItBack()
    {
        _signal.Set();

        Assert.True(await _signal.WaitAsync(Second, _clock, CancellationToken.None));

        Task<bool> again = _signal.WaitAsync(Second, _clock, CancellationToken.None);
        Assert.False(again.IsCompleted);
        _clock.Advance(Second);
        Assert.False(await again);
    }

    [Fact]
    public async Task Wait_SetMeanwhile_EndsThen()
    {
        Task<bool> wait = _signal.WaitAsync(Second, _clock, CancellationToken.None);
        _clock.Advance(Second / 2);

        _signal.Set();

        Assert.True(await wait);
    }

    [Fact]
    public async Task Wait_SetAfterItsTime_IsKeptForTheNext()
    {
        Task<bool> late = _signal.WaitAsync(Second, _clock, CancellationToken.None);
        _clock.Advance(Second);
        Assert.False(await late);

        _signal.Set();

        Assert.True(await _signal.WaitAsync(Second, _clock, CancellationToken.None));
    }

    [Fact]
    public async Task Wait_CallerLeaves_IsCancelled()
    {
        using var leave = new CancellationTokenSource();
        Task<bool> wait = _signal.WaitAsync(Second, _clock, leave.Token);

        leave.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }
}
