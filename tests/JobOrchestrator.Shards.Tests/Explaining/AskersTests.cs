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

    /// <summary>A worker may have a pool for each queue, and asks for each on its own.</summary>
    [Fact]
    public void Worker_OfSeveralPools_AsksForAllOfThem()
    {
        Askers askers = New();
        askers.Ask(Lease("a", ["mail"], ["send"]) with { Version = "1.0", Slots = 4 }).Dispose();
        using IDisposable asking = askers.Ask(Lease("a", ["pdf"], ["print"]) with { Version = "1.1", Slots = 6 });
        askers.Ask(Lease("a", ["mail"], ["send"]) with { Version = "1.1", Slots = 6 }).Dispose();

        Assert.Equal((true, false), (askers.Of("mail")[0].AsksFor("send"), askers.Of("mail")[0].IsAsking));
        Assert.Equal((true, true), (askers.Of("pdf")[0].AsksFor("print"), askers.Of("pdf")[0].IsAsking));
        SeenWorker seen = Assert.Single(askers.All());
        Assert.Equal(("a", "1.1", 6, 2), (seen.Worker, seen.Version, seen.Slots, seen.Wishes.Count));
    }

    /// <summary>What it asked for before it was started anew does not count once it asks for something else.</summary>
    [Fact]
    public void Worker_ThatAsksForOtherTypes_IsTakenAtItsWord()
    {
        Askers askers = New();
        askers.Ask(Lease("a", ["mail"], ["send"])).Dispose();
        _clock.Advance(Askers.PresentFor);
        askers.Ask(Lease("a", ["mail"], ["bounce"])).Dispose();

        Assert.False(Assert.Single(askers.Of("mail")).AsksFor("send"));
    }

    [Fact]
    public void Wishes_OfOneWorker_AreBounded()
    {
        Askers askers = New();
        for (int i = 0; i < 1_000; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            askers.Ask(Lease("a", [$"q{i}"])).Dispose();
        }

        Assert.Equal(32, Assert.Single(askers.All()).Wishes.Count);
        Assert.NotEmpty(askers.Of("q999"));
        Assert.Empty(askers.Of("q0"));
    }

    private Askers New() => new(Time());

    private ShardTime Time() =>
        new(new ShardClock(_clock, ShardBounds.Usual, NullLogger.Instance), null, ShardBounds.Usual.ClockSlew);

    private static Command.Lease Lease(string worker, string[] queues, string[]? types = null) =>
        new(queues, worker, 1, types?.ToHashSet(), "seed");
}
