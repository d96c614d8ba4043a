using JobOrchestrator.Core;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class AskersTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Of_AQueue_ThoseThatAskForItOrForAny_TheLatestFirst()
    {
        Askers askers = New();
        askers.Ask(Lease("a", ["mail"])).Dispose();
        _clock.Advance(TimeSpan.FromSeconds(90));
        askers.Ask(Lease("b", [], ["x"])).Dispose();
        askers.Ask(Lease("c", ["other"])).Dispose();
        using IDisposable asking = askers.Ask(Lease("d", ["mail", "other"]));

        IReadOnlyList<Asker> workers = askers.Of("mail");

        Assert.Equal(["b", "d"], workers.Take(2).Select(worker => worker.Worker).Order());
        Assert.Equal(("a", false, false), (workers[2].Worker, workers[2].IsPresent, workers[2].IsAsking));
        Assert.True(workers.Single(worker => worker.Worker == "d").IsAsking);
        Assert.False(workers.Single(worker => worker.Worker == "b").AsksFor("y"));
        Assert.True(workers.Single(worker => worker.Worker == "d").AsksFor("y"));
    }

    /// <summary>A worker that waits for a job for longer than one is taken for gone is there all the while.</summary>
    [Fact]
    public void Worker_WhileItAsks_IsThere()
    {
        Askers askers = New();
        IDisposable first = askers.Ask(Lease("a", ["mail"]));
        IDisposable second = askers.Ask(Lease("a", ["mail"]));
        first.Dispose();
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True(Assert.Single(askers.Of("mail")).IsPresent);

        second.Dispose();
        second.Dispose();
        Assert.True(Assert.Single(askers.Of("mail")).IsPresent);
        _clock.Advance(Askers.PresentFor);
        Assert.False(Assert.Single(askers.Of("mail")).IsPresent);
    }

    [Theory]
    [InlineData(100, long.MaxValue, 1)]
    [InlineData(int.MaxValue, 10_000, 100)]
    public void Workers_MoreThanAreKept_TheLongestSilentGo(int countMax, long charactersMax, int nameLength)
    {
        var askers = new Askers(Time(), countMax, charactersMax);
        using IDisposable asking = askers.Ask(Lease("waits", ["mail"]));
        for (int i = 0; i < 1_000; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            askers.Ask(Lease($"w{i}", ["mail", new string('q', nameLength)])).Dispose();
        }

        IReadOnlyList<Asker> kept = askers.Of("mail");
        Assert.InRange(kept.Count, 80, 110);
        Assert.Contains(kept, worker => worker.Worker == "w999");
        Assert.Contains(kept, worker => worker.Worker == "waits");
        Assert.DoesNotContain(kept, worker => worker.Worker == "w0");
    }

    private Askers New() => new(Time());

    private ShardTime Time() =>
        new(new ShardClock(_clock, ShardBounds.Usual, NullLogger.Instance), null, ShardBounds.Usual.ClockSlew);

    private static Command.Lease Lease(string worker, string[] queues, string[]? types = null) =>
        new(queues, worker, 1, types?.ToHashSet(), "seed");
}
