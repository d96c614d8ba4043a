using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class PauseTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Pause_OneAfterTheOther_DoublesUpToTheLongestAndStartsAgain()
    {
        var pause = new Pause(new PauseBounds(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)), _clock);
        Assert.True(pause.IsFirst);

        Assert.Equal([1, 2, 4, 5, 5], Enumerable.Range(0, 5).Select(_ => Seconds(pause)));
        Assert.False(pause.IsFirst);

        pause.Reset();
        Assert.True(pause.IsFirst);
        Assert.Equal(1, Seconds(pause));
    }

    private int Seconds(Pause pause)
    {
        Task wait = pause.WaitAsync(CancellationToken.None);
        int seconds = 0;
        for (; !wait.IsCompleted; seconds++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        return seconds;
    }
}
