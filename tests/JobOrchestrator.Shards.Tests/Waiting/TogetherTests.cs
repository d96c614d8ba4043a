using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards.Tests;

public sealed class TogetherTests
{
    private readonly TaskCompletionSource<int>[] _tasks =
        [.. Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously))];

    [Fact]
    public async Task All_TheyEndInAnyOrder_BringsTheResultsInTheirs()
    {
        Task<int[]> all = Together.AllAsync(_tasks.Select(task => task.Task));
        _tasks[2].SetResult(2);
        _tasks[0].SetResult(0);
        Assert.False(all.IsCompleted);

        _tasks[1].SetResult(1);

        int[] results = await all;
        Assert.Equal([0, 1, 2], results);
    }

    [Fact]
    public async Task All_SomeFail_WaitsForTheOthersAndFailsAsTheFirstInOrder()
    {
        Task<int[]> all = Together.AllAsync(_tasks.Select(task => task.Task));
        _tasks[2].SetException(new FormatException());
        _tasks[1].SetException(new TimeoutException());
        Assert.False(all.IsCompleted);

        _tasks[0].SetResult(0);

        await Assert.ThrowsAsync<TimeoutException>(() => all);
    }

    [Fact]
    public void All_WhateverTheTasksAreMadeOf_GoesOnInTheCallersContext() => Lane.Run(async lane =>
    {
        Task<int[]> all = Together.AllAsync(_tasks.Select(task => task.Task));
        await Task.Yield();
        Array.ForEach(_tasks, task => task.SetResult(1));

        int[] results = await all;
        Assert.Equal([1, 1, 1], results);
        lane.RequireHere();
    });
}
