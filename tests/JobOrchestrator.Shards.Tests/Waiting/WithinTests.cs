using JobOrchestrator.Waiting;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class WithinTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _clock = new();
    private readonly TaskCompletionSource<int> _task = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Within_ItEndsInTime_BringsItsResultAndLeavesNoTimer()
    {
        Task<int> waiting = _task.Task.WithinAsync(Second, _clock, CancellationToken.None);

        _task.SetResult(7);

        Assert.Equal(7, await waiting);
        Assert.Equal(0, _clock.ScheduledTimers);
    }

    [Fact]
    public async Task Within_ItFailsInTime_FailsInItsWay()
    {
        Task<int> waiting = _task.Task.WithinAsync(Second, _clock, CancellationToken.None);

        _task.SetException(new FormatException());

        await Assert.ThrowsAsync<FormatException>(() => waiting);
    }

    [Fact]
    public async Task Within_TheTimeHasPassed_SaysSo()
    {
        Task<int> waiting = _task.Task.WithinAsync(Second, _clock, CancellationToken.None);
        _clock.Advance(Second - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);

        _clock.Advance(TimeSpan.FromTicks(1));

        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
    }

    [Fact]
    public async Task Within_CallerLeaves_IsCancelled()
    {
        using var caller = new CancellationTokenSource();
        Task<int> waiting = _task.Task.WithinAsync(Timeout.InfiniteTimeSpan, _clock, caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Within_ItHasEndedBefore_LooksAtNoClock() =>
        Assert.Equal(7, await Task.FromResult(7).WithinAsync(TimeSpan.Zero, _clock, new CancellationToken(true)));

    /// <summary>A promise whose continuations the runtime would run elsewhere, and one that is cancelled.</summary>
    [Fact]
    public void Within_WhateverTheTaskIsMadeOf_GoesOnInTheCallersContext() => Lane.Run(async lane =>
    {
        Task<int> waiting = _task.Task.WithinAsync(Second, lane.Clock, CancellationToken.None);
        await Task.Yield();
        _task.SetResult(7);
        Assert.Equal(7, await waiting);
        lane.RequireHere();

        using var caller = new CancellationTokenSource();
        var delay = Task.Delay(Timeout.InfiniteTimeSpan, lane.Clock, caller.Token);
        Task left = delay.WithinAsync(Second, lane.Clock, caller.Token);
        await Task.Yield();
        caller.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        lane.RequireHere();
    });

    [Fact]
    public async Task Within_EndTimeAndCallerAtOnceOnManyThreads_HasOneEnd()
    {
        for (int i = 0; i < 2_000; i++)
        {
            var clock = new ManualTimeProvider();
            var task = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            using var caller = new CancellationTokenSource();
            Task<int> waiting = task.Task.WithinAsync(Second, clock, caller.Token);

            await Task.WhenAll(
                Task.Run(() => task.SetResult(i)), Task.Run(() => clock.Advance(Second)), Task.Run(() => caller.Cancel()));

            try
            {
                Assert.Equal(i, await waiting);
            }
            catch (Exception exception)
            {
                Assert.True(exception is TimeoutException or OperationCanceledException, exception.ToString());
            }
        }
    }
}
