using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class CoverageTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Watched = Now.AddHours(-1);

    [Fact]
    public void Uncovered_WhatNobodyAsksForNowAndNobodyWorks_OldestFirst()
    {
        ReadyType[] ready =
        [
            new("mail", "send", 3, Now.AddMinutes(-5)), new("mail", "bounce", 1, Now.AddMinutes(-9)),
            new("pdf", "print", 2, Now.AddMinutes(-7)), new("pdf", "scan", 2, Now.AddMinutes(-30)),
        ];
        SeenWorker[] seen =
        [
            Seen("a", ["mail"], ["send"], Now, isPresent: true),
            Seen("b", [], ["print", "scan"], Now.AddMinutes(-20), isPresent: false),
        ];
        HeldJobs[] held = [new("c", "pdf", "scan", 1, 0, default, Now)];

        IReadOnlyList<UncoveredType> uncovered = Coverage.Uncovered(ready, held, seen, Watched, Now, 10);

        Assert.Equal(
            [
                new UncoveredType("mail", "bounce", 1, Now.AddMinutes(-9), Now.AddMinutes(-9)),
                new UncoveredType("pdf", "print", 2, Now.AddMinutes(-7), Now.AddMinutes(-7)),
            ],
            uncovered);
        Assert.Single(Coverage.Uncovered(ready, held, seen, Watched, Now, 1));
    }

    [Theory]
    [InlineData(-20, -5, -5)]
    [InlineData(-3, -5, -3)]
    [InlineData(null, -90, -60)]
    public void Since_TheLaterOfTheLastAskAndTheFirstReady(int? askedMinutes, int readyMinutes, int sinceMinutes)
    {
        SeenWorker[] seen = askedMinutes is { } asked ? [Seen("a", ["mail"], null, Now.AddMinutes(asked), isPresent: false)] : [];

        IReadOnlyList<UncoveredType> uncovered = Coverage.Uncovered(
            [new ReadyType("mail", "send", 1, Now.AddMinutes(readyMinutes))], [], seen, Watched, Now, 10);

        Assert.Equal(Now.AddMinutes(sinceMinutes), Assert.Single(uncovered).Since);
    }

    /// <summary>Right after a start nobody has had the time to ask.</summary>
    [Fact]
    public void Uncovered_WatchedForLessThanAMinute_SaysNothing()
    {
        ReadyType[] ready = [new("mail", "send", 1, Now)];

        Assert.Empty(Coverage.Uncovered(ready, [], [], Now.AddSeconds(-59), Now, 10));
        Assert.Single(Coverage.Uncovered(ready, [], [], Now.AddSeconds(-60), Now, 10));
    }

    private static SeenWorker Seen(string name, string[] queues, string[]? types, DateTimeOffset lastAt, bool isPresent) =>
        new(name, null, null, [new WorkerWish(queues, types?.ToHashSet(), lastAt, isPresent, isPresent)]);
}
