using System.Globalization;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class PageIndexTests
{
    private static readonly DateTimeOffset Start = TestJobs.Start;

    private static readonly TimeSpan Grace = TimeSpan.FromDays(2);

    private readonly PageIndex _pages = new([], 0, ShardBounds.Usual.PageJobs);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(255, 0)]
    [InlineData(256, 1)]
    [InlineData(511, 1)]
    [InlineData(512, 2)]
    public void PageOf_AnArrivalNumber_HoldsThatMany(long order, long page) => Assert.Equal(page, _pages.PageOf(order));

    [Fact]
    public void Add_JobsOfTwoPagesAndEpochs_AreWhereTheyArrived()
    {
        _pages.Add(TestJobs.Job(0), epoch: 1);
        _pages.Add(TestJobs.Job(1, durable: false), epoch: 1);
        _pages.Add(TestJobs.Job(2), epoch: 1);
        _pages.Add(TestJobs.Job(256), epoch: 2);

        Assert.Equal([TestJobs.Id(0).Value, Guid.Empty, TestJobs.Id(2).Value], _pages.Live(0)!.Ids.ToArray());
        Assert.Equal([new Span(1, 0, 1), new Span(2, 1, 2)], _pages.Spans);
        Assert.Equal(2, _pages.NextPage);
    }

    [Theory]
    [InlineData("", "", "", "")]
    [InlineData("0 1 2 5", "", "", "0-2 5-5")]
    [InlineData("0 1 2 5", "6 7", "1", "0-0 2-2 5-7")]
    [InlineData("3", "4", "3 4", "")]
    public void LiveRanges_WithWhatComesAndGoes_AreRuns(string live, string added, string retired, string expected)
    {
        foreach (long page in Numbers(live))
        {
            _pages.Load(page, new Guid[ShardBounds.Usual.PageJobs]);
        }

        IReadOnlyList<long> ranges = _pages.LiveRanges(Numbers(added), Numbers(retired));

        Assert.Equal(expected, string.Join(' ', ranges.Chunk(2).Select(range => $"{range[0]}-{range[1]}")));
    }

    [Fact]
    public void SpansWith_WhatACommitWouldChange_ChangesNothingYet()
    {
        _pages.Add(TestJobs.Job(0), epoch: 1);
        _pages.Add(TestJobs.Job(256), epoch: 1);

        Assert.Equal([new Span(1, 1, 2), new Span(3, 2, 3)], _pages.SpansWith([2], epoch: 3, removed: [0]));
        Assert.Equal([new Span(1, 0, 2)], _pages.Spans);
    }

    [Fact]
    public void Settled_AClosedPage_IsOnceAllItsJobsHaveEnded()
    {
        Job[] jobs = [TestJobs.Job(0), TestJobs.Job(1)];
        Begin([.. jobs, TestJobs.Job(256)]);

        _pages.Count(jobs[0], TestJobs.Ended(jobs[0], Start.AddDays(1)));
        Assert.Empty(_pages.Settled(Start, 9, Grace));

        _pages.Count(jobs[1], TestJobs.Ended(jobs[1], Start.AddDays(2)));
        Assert.Equal([0L], _pages.Settled(Start, 9, Grace));
        Assert.Empty(_pages.Settled(Start, 0, Grace));
    }

    [Fact]
    public void Settled_TheNewestPage_NeverIs()
    {
        Job job = TestJobs.Job(0);
        Begin(job);

        _pages.Count(job, TestJobs.Ended(job, Start.AddDays(1)));

        Assert.Empty(_pages.Settled(Start, 9, Grace));
    }

    [Fact]
    public void Settled_AWindowIsOpen_OnceItIsClosed()
    {
        Job job = TestJobs.Job(0, uniqueKey: "k", uniqueSeconds: 60);
        Begin(job, TestJobs.Job(256));
        _pages.Count(job, TestJobs.Ended(job, Start.AddDays(1)));

        Assert.Empty(_pages.Settled(Start.AddSeconds(59), 9, Grace));
        Assert.Equal([0L], _pages.Settled(Start.AddSeconds(60), 9, Grace));
    }

    [Fact]
    public void Settled_AJobGoesOnInAnotherPage_CountsThere()
    {
        Job job = TestJobs.Job(0);
        Begin(job, TestJobs.Job(256), TestJobs.Job(512));

        _pages.Count(job, job with { Order = 257 });

        Assert.Equal([0L], _pages.Settled(Start, 9, Grace));
    }

    [Fact]
    public void Documents_ReadAgain_AreThePageAndWhenItMayGo()
    {
        Job old = TestJobs.Job(0);
        Begin(old, TestJobs.Job(256));

        (Guid[] ids, DateTimeOffset? never) = IndexPage.Parse(_pages.ToUtf8(0, [TestJobs.Job(2), TestJobs.Job(3, durable: false)]));
        Assert.Equal([old.Id.Value, Guid.Empty, TestJobs.Id(2).Value, Guid.Empty], ids.Take(4));
        Assert.Null(never);

        _pages.Count(old, TestJobs.Ended(old, Start.AddDays(1)));
        Assert.Equal(Start.AddDays(1), IndexPage.Parse(_pages.ToRetiredUtf8(0)).ExpiresAt);
    }

    [Fact]
    public void DeadFrom_APage_AreThoseThatAreRetiredAndNotGone()
    {
        Begin(TestJobs.Job(0), TestJobs.Job(256), TestJobs.Job(512));
        Assert.Empty(_pages.DeadFrom(0));

        _pages.Retire(1);
        _pages.Retire(0);
        Assert.Equal([0L, 1L], _pages.DeadFrom(0));
        Assert.Equal([1L], _pages.DeadFrom(1));

        _pages.Remove([0]);
        Assert.Equal([1L], _pages.DeadFrom(0));
    }

    /// <summary>F9: a page was held by a unique key longer than the key itself is kept.</summary>
    [Fact]
    public void Settled_AWindowLongerThanTheJobIsKept_IsOnceTheJobMayGo()
    {
        Job job = TestJobs.Job(0, uniqueKey: "k", uniqueSeconds: 365 * 86_400);
        Begin(job, TestJobs.Job(256));
        _pages.Count(job, TestJobs.Ended(job, Start.AddMinutes(1)));

        Assert.Empty(_pages.Settled(Start.AddSeconds(59), 9, Grace));
        Assert.Equal([0L], _pages.Settled(Start.AddSeconds(60), 9, Grace));
    }

    private void Begin(params Job[] jobs)
    {
        foreach (Job job in jobs)
        {
            _pages.Add(job, epoch: 1);
            _pages.Count(null, job);
        }
    }

    private static long[] Numbers(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
}
