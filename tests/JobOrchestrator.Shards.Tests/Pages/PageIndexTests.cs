using System.Globalization;
using System.Text;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class PageIndexTests
{
    private static readonly DateTimeOffset Start = TestJobs.Start;

    private static readonly TimeSpan Grace = TimeSpan.FromDays(2);

    private readonly PageIndex _pages = new([], 0, ShardBounds.Usual);

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
            _pages.Load(page, new PageDocument(new Guid[ShardBounds.Usual.PageJobs]));
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

    /// <summary>An open window kept all 256 jobs of a page in memory, and each start read them all.</summary>
    [Theory]
    [InlineData(86_400)]
    [InlineData(1)]
    public void Settled_AWindowIsOpen_IsRetiredAtOnceAndLoadedForItsKeysUntilItCloses(int keptFor)
    {
        Job job = TestJobs.Job(0, uniqueKey: "k", uniqueSeconds: 60);
        Begin(job, TestJobs.Job(256));
        Job ended = TestJobs.Ended(job, Start.AddSeconds(keptFor));
        _pages.Count(job, ended);

        Assert.Equal([0L], _pages.Settled(Start, 9, Grace));
        var retired = PageDocument.Parse(_pages.ToRetiredUtf8(0, Start));
        Assert.True(_pages.IsGuarding(0));
        _pages.Retire(0);

        Assert.Equal(KeyGuard.Of(ended), retired.Keys);
        Assert.Empty(retired.ToRead());
        Assert.Null(_pages.Live(0));
        Assert.Equal([0L, 1L], _pages.LiveRanges([], []));
        Assert.Empty(_pages.Free(Start.AddSeconds(59), []));
        Assert.Equal([0L], _pages.Free(Start.AddSeconds(60), []));
        Assert.Equal([0L], _pages.Free(Start, [0, 7]));
        _pages.Release([0]);
        Assert.Equal([1L, 1L], _pages.LiveRanges([], []));
        Assert.Empty(_pages.Free(Start.AddDays(9), []));
    }

    [Fact]
    public void Settled_TheKeysOfALivePageAreFree_AreForgotten()
    {
        Job[] jobs = [TestJobs.Job(0, uniqueKey: "k", uniqueSeconds: 60), TestJobs.Job(1, uniqueKey: "l", uniqueSeconds: 90)];
        Begin([.. jobs, TestJobs.Job(2), TestJobs.Job(256)]);
        End(jobs);

        Assert.Empty(_pages.Settled(Start.AddSeconds(60), 9, Grace));
        Assert.Equal(2, PageDocument.Parse(_pages.ToUtf8(0, Start)).Keys.Count);
        Assert.Empty(_pages.Settled(Start.AddSeconds(90), 9, Grace));
        Assert.Empty(PageDocument.Parse(_pages.ToUtf8(0, Start)).Keys);
        Assert.False(_pages.IsGuarding(0));
    }

    [Fact]
    public void Load_ARetiredPage_IsNotLiveAndListedUntilItsKeysAreFree()
    {
        KeyGuard key = KeyGuard.Of(TestJobs.Job(0, uniqueKey: "k", uniqueSeconds: 60))[0];
        _pages.Load(0, new PageDocument([TestJobs.Id(0).Value]) { ExpiresAt = Start.AddDays(1), Keys = [key] });

        Assert.Null(_pages.Live(0));
        Assert.Equal([0L, 0L], _pages.LiveRanges([], []));
        Assert.Equal([0L], _pages.Free(key.Until, []));
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

        var read = PageDocument.Parse(_pages.ToUtf8(0, [TestJobs.Job(2), TestJobs.Job(3, durable: false)], Start));
        Assert.Equal([old.Id.Value, Guid.Empty, TestJobs.Id(2).Value, Guid.Empty], read.Ids.Take(4));
        Assert.Null(read.ExpiresAt);

        _pages.Count(old, TestJobs.Ended(old, Start.AddDays(1)));
        Assert.Equal(Start.AddDays(1), PageDocument.Parse(_pages.ToRetiredUtf8(0, Start)).ExpiresAt);
    }

    [Fact]
    public void Documents_SomeHaveEnded_SayWhichWhenTheyMayGoAndWhatTheyLeaveTaken()
    {
        Job[] jobs =
        [
            TestJobs.Job(0), TestJobs.Job(1, uniqueKey: "k", uniqueSeconds: 60), TestJobs.Job(2), TestJobs.Job(3, durable: false),
        ];
        Begin([.. jobs, TestJobs.Job(256)]);
        _pages.Count(jobs[1], TestJobs.Ended(jobs[1], Start.AddDays(1).AddMilliseconds(1)));
        _pages.Count(jobs[2], TestJobs.Ended(jobs[2], Start.AddDays(2)));
        _pages.Count(jobs[3], TestJobs.Ended(jobs[3], Start.AddDays(2)));

        var read = PageDocument.Parse(_pages.ToUtf8(0, Start));

        Assert.Equal([jobs[0].Id.Value], read.ToRead());
        Assert.Equal([(1, Start.AddDays(1).AddSeconds(1)), (2, Start.AddDays(2))], read.Finished);
        Assert.Equal(KeyGuard.Of(jobs[1]), read.Keys);
        Assert.Empty(PageDocument.Parse(_pages.ToUtf8(0, Start.AddSeconds(60))).Keys);

        // What has gone leaves its keys all the same.
        read = PageDocument.Parse(_pages.ToUtf8Without(0, [1], Start));
        Assert.Equal((1, 1), (read.Finished.Count, read.Keys.Count));
        Assert.Equal([jobs[0].Id.Value], read.ToRead());
    }

    [Fact]
    public void Load_APageThatSaysWhatHasEnded_GoesOnAsTheOneThatWroteIt()
    {
        Job live = TestJobs.Job(0);
        Job done = TestJobs.Job(1, uniqueKey: "k", uniqueSeconds: 60);
        Begin(live, done, TestJobs.Job(256));
        _pages.Count(done, TestJobs.Ended(done, Start.AddDays(1)));
        byte[] stored = _pages.ToUtf8(0, Start);

        var next = new PageIndex([new Span(1, 0, 2)], 2, ShardBounds.Usual);
        next.Load(0, PageDocument.Parse(stored));
        next.Count(null, live);

        Assert.Equal(stored, next.ToUtf8(0, Start));
        Assert.Equal((Start.AddDays(1), 0), (next.Live(0)!.FirstExpiry, next.Live(0)!.Unmarked));
        next.Count(live, TestJobs.Ended(live, Start.AddDays(1)));
        Assert.Equal([0L], next.Settled(Start, 9, Grace));
        Assert.True(next.IsGuarding(0));
    }

    /// <summary>Formats 1 and 2: a start reads every job of a live page, and none of a retired one.</summary>
    [Theory]
    [InlineData("""{"page":0,"ids":["00000000-0000-0000-0000-000000000001"]}""", 1)]
    [InlineData("""{"page":0,"expiresAt":"2030-01-01T00:00:00Z","ids":["00000000-0000-0000-0000-000000000001"]}""", 0)]
    public void Parse_APageOfAFormerFormat_SaysOfNoJobThatItHasEnded(string json, int toRead)
    {
        var page = PageDocument.Parse(Encoding.UTF8.GetBytes(json));

        Assert.Equal(toRead, page.ToRead().Count());
        Assert.Empty(page.Finished);
        Assert.Empty(page.Keys);
    }

    [Theory]
    [InlineData("""{"page":0,"ids":[],"keys":["AAAA"]}""")]
    [InlineData("""{"page":0,"ids":[],"keys":["?"]}""")]
    [InlineData("""{"page":0,"ids":[],"keys":7}""")]
    [InlineData("""{"page":0,"ids":[],"finished":{"from":1}}""")]
    [InlineData("""{"page":0,"ids":[],"finished":{"from":-9223372036854775808,"after":[0]}}""")]
    public void Parse_APageWhoseKeysOrEndsAreNone_IsUnreadable(string json) =>
        Assert.Throws<UnreadableException>(
            () => UnreadableException.Read("page", Encoding.UTF8.GetBytes(json), PageDocument.Parse));

    [Fact]
    public void ToMark_ManyHaveEndedBesideALiveJob_ComesOnceAQuarterHas()
    {
        Job[] jobs = [.. Enumerable.Range(0, 256).Select(order => TestJobs.Job(order))];
        Begin([.. jobs, TestJobs.Job(256)]);
        int min = ShardBounds.Usual.MarksMin;
        Assert.Equal(64, min);

        End(jobs[..(min - 1)]);
        Assert.Empty(_pages.ToMark(Start, isIdle: false, 9));
        End(jobs[min - 1]);
        Assert.Equal([0L], _pages.ToMark(Start, isIdle: false, 9));
        Assert.Empty(_pages.ToMark(Start, isIdle: false, 0));

        _pages.Marked([0]);
        Assert.Empty(_pages.ToMark(Start.AddDays(1), isIdle: true, 9));
        End(jobs[min..]);
        Assert.Equal([0L], _pages.Settled(Start, 9, Grace));
        Assert.Empty(_pages.ToMark(Start.AddDays(1), isIdle: true, 9));
    }

    [Fact]
    public void ToMark_AFewHaveEnded_ComesAfterAWhileWhereNothingElseIsToBeDone()
    {
        Job[] jobs = [TestJobs.Job(0), TestJobs.Job(256)];
        Begin(jobs);
        End(jobs[1]);
        DateTimeOffset due = TestJobs.Ended(jobs[1], Start.AddDays(1)).FinishedAt!.Value + ShardBounds.Usual.MarkAfter;

        Assert.Empty(_pages.ToMark(due.AddTicks(-1), isIdle: true, 9));
        Assert.Empty(_pages.ToMark(due, isIdle: false, 9));
        Assert.Equal([1L], _pages.ToMark(due, isIdle: true, 9));
        _pages.Marked([1]);
        Assert.Empty(_pages.ToMark(due, isIdle: true, 9));
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

    private void End(params Job[] jobs)
    {
        foreach (Job job in jobs)
        {
            _pages.Count(job, TestJobs.Ended(job, Start.AddDays(1)));
        }
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
