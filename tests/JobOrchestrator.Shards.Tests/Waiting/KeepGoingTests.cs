using JobOrchestrator.Waiting;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>No loop ends because something threw (F32).</summary>
public sealed class KeepGoingTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly CancellationTokenSource _stopping = new();

    public void Dispose() => _stopping.Dispose();

    /// <summary>F32: a TimeoutException that nobody expected ended the built-in worker, and with it the service.</summary>
    [Fact]
    public async Task Run_LoopThrowsWhatever_BeginsAgainAndIsHeardOf()
    {
        var thrown = new Queue<Exception>([
            new TimeoutException(), new OperationCanceledException(), new InvalidOperationException(), new KeyNotFoundException()]);
        int expected = thrown.Count;
        int heard = 0;
        bool isAtWork = false;

        Task running = KeepGoing.RunAsync(
            async stopping =>
            {
                if (thrown.TryDequeue(out Exception? next))
                {
                    throw next;
                }

                isAtWork = true;
                await Task.Delay(Timeout.InfiniteTimeSpan, stopping);
            },
            _ =>
            {
                heard++;
                throw new IOException("The log is full.");
            },
            _clock,
            _stopping.Token);
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return isAtWork;
            },
            "it is at work");

        Assert.Equal(expected, heard);
        await _stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Run_LoopGoesOnFailing_IsBegunAgainHalfAMinuteLaterAtMost()
    {
        var begun = new List<DateTimeOffset>();

        Task running = KeepGoing.RunAsync(
            _ =>
            {
                begun.Add(_clock.GetUtcNow());
                throw new IOException();
            },
            _ => { },
            _clock,
            _stopping.Token);
        for (int i = 0; i < 10; i++)
        {
            _clock.AdvanceToNextTimer();
            await Eventually.TrueAsync(() => begun.Count == i + 2, "it is begun again");
        }

        double[] pauses = [.. begun.Zip(begun.Skip(1), (before, after) => (after - before).TotalSeconds)];
        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30, 30, 30], pauses);
        await _stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Run_LoopComesToItsEnd_Returns()
    {
        await KeepGoing.RunAsync(_ => Task.CompletedTask, _ => Assert.Fail("Nothing failed."), _clock, _stopping.Token);
    }
}
