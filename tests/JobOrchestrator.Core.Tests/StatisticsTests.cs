using System.Diagnostics;

namespace JobOrchestrator.Core.Tests;

public sealed class StatisticsTests
{
    private readonly TestShard _shard = new();

    /// <summary>H4: the numbers of one queue cost a look at every queue and every job.</summary>
    [Fact]
    public void Statistics_OfOneQueueAmongMany_DoNotLookAtTheOthers()
    {
        const int Queues = 20_000;
        const int Asked = 20_000;
        for (int number = 0; number < Queues; number++)
        {
            _shard.Enqueue(TestShard.Submission(number) with { Queue = $"q-{number}" });
        }

        _shard.Pass(5);
        long started = Stopwatch.GetTimestamp();
        int ready = Enumerable.Range(0, Asked).Sum(number => _shard.Queue($"q-{number}").Ready);

        Assert.Equal(Asked, ready);
        Assert.Equal(TimeSpan.FromSeconds(5), _shard.Queue("q-7").OldestAge);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10);
    }

    [Fact]
    public void Statistics_QueueOfWhichNothingWasEverSaid_IsIdleAndNotListed()
    {
        _shard.Enqueue(1);

        Assert.True(_shard.Queue("other").IsIdle);
        Assert.Equal(["default"], _shard.Shard.Statistics(_shard.Now).Select(queue => queue.Name));
    }

    [Fact]
    public void Statistics_PageByPage_AreAllQueuesByName()
    {
        foreach ((string name, int number) in new[] { "d", "b", "a", "c" }.Select((name, number) => (name, number)))
        {
            _shard.Enqueue(TestShard.Submission(number) with { Queue = name });
        }

        _shard.Apply<Outcome.Done>(new Command.PauseQueue("ab"));
        var pages = new List<string>();
        for (string? after = null; _shard.Shard.Statistics(_shard.Now, after, limit: 2) is { Count: > 0 } page; after = page[^1].Name)
        {
            pages.Add(string.Join(' ', page.Select(queue => queue.Name)));
        }

        Assert.Equal(["a ab", "b c", "d"], pages);
    }
}
