using JobOrchestrator.Features.Stats;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Tests.Features;

/// <summary>Of what nothing is known: to the moment, of several shards together, never of what is ahead.</summary>
public sealed class StatsGapsTests
{
    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly HistoryAsk Hours = new(Begin, 6, 3_600, HistoryBy.All);

    [Fact]
    public void WhatOneShardDoesNotKnow_IsAGap() => Assert.Equal(
        [(At(0), At(70)), (At(100), At(130))],
        Gaps(At(300), [(At(50), At(100)), (At(130), DateTimeOffset.MaxValue)], [(At(70), DateTimeOffset.MaxValue)]));

    [Fact]
    public void WhereNothingIsKnown_AllUpToNowIsOne() => Assert.Equal(
        [(At(0), At(90))], Gaps(At(90), new (DateTimeOffset, DateTimeOffset)[][] { [] }));

    [Fact]
    public void WhereAllIsKnown_ThereIsNone() =>
        Assert.Empty(Gaps(At(90), [(At(-90), At(30)), (At(30), DateTimeOffset.MaxValue)]));

    [Fact]
    public void AQuickRestart_IsNoneByHours_AndOneBySeconds()
    {
        (DateTimeOffset, DateTimeOffset)[] known = [(At(0), At(10)), (At(10).AddSeconds(8), DateTimeOffset.MaxValue)];

        Assert.Empty(Gaps(At(60), known));
        Assert.Equal(
            [(At(10), At(10).AddSeconds(8))], StatsGaps.Of(new HistoryAsk(Begin, 3_600, 1, HistoryBy.All), [known], At(60)));
    }

    [Fact]
    public void WithoutAShardThatAnswers_NothingIsSaid() => Assert.Empty(Gaps(At(90)));

    private static DateTimeOffset At(int minute) => Begin.AddMinutes(minute);

    private static IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Gaps(
        DateTimeOffset now, params (DateTimeOffset From, DateTimeOffset To)[][] known) => StatsGaps.Of(Hours, known, now);
}
