using System.Text;
using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards.Tests;

public sealed class OutboxTests
{
    private static readonly DateTimeOffset Start = TestJobs.Start;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Shards.Outbox _outbox = new(new Head(), Start, ShardBounds.Usual.RecentEventBytesMax);

    [Fact]
    public void View_AfterCommits_ShowsWhatThereIsFromAPlaceOn()
    {
        Add(0, 1, 2);

        OutboxView view = _outbox.View(1);

        Assert.Equal((0L, 3L), (view.First, view.Next));
        Assert.Equal([1L, 2L], view.Recent.Select(entry => entry.Number));
        Assert.Equal([new Span(1, 0, 3)], view.Spans);
    }

    [Fact]
    public async Task Follow_WhoWaits_IsWokenByTheNextCommit()
    {
        var grown = new Signal();
        using IDisposable following = _outbox.Follow(0, grown);
        Task woken = grown.WaitAsync(CancellationToken.None);
        Assert.False(woken.IsCompleted);

        Add(0);

        await woken;
        Assert.False(grown.WaitAsync(CancellationToken.None).IsCompleted);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Follow_SomethingIsThere_IsSetAtOnceForWhoStandsBeforeIt(long from, bool isSet)
    {
        Add(0);
        var grown = new Signal();

        using IDisposable following = _outbox.Follow(from, grown);

        Assert.Equal(isSet, grown.WaitAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public void Follow_WhoHasLeft_IsWokenNoMore()
    {
        var grown = new Signal();
        _outbox.Follow(0, grown).Dispose();

        Add(0);

        Assert.False(grown.WaitAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public void View_MoreThanMemoryHolds_StillSaysWhatExists()
    {
        for (long number = 0; number < 6; number++)
        {
            _outbox.Add(Entry(number), 1 << 20, Start);
        }

        OutboxView view = _outbox.View(0);

        Assert.Equal((0L, 6L), (view.First, view.Next));
        Assert.Equal([2L, 3L, 4L, 5L], view.Recent.Select(entry => entry.Number));
    }

    [Theory]
    [InlineData(59, 1_000, 9, "")]
    [InlineData(60, 1_000, 9, "0 1 2")]
    [InlineData(60, 1_000, 2, "0 1")]
    [InlineData(60, 1_000, 0, "")]
    [InlineData(0, 300, 9, "0")]
    [InlineData(0, 250, 9, "0 1")]
    [InlineData(0, 0, 9, "0 1 2")]
    public void Expired_PublishedEvents_ArePastTheirTimeOrOverTheBound(int minutes, long bytesMax, int max, string expected)
    {
        Add(0, 1, 2, 3);
        _outbox.MarkPublished(3);

        IReadOnlyList<(long Number, long Epoch, long Bytes)> expired = _outbox.Expired(Start.AddMinutes(minutes), Hour, bytesMax, max);

        Assert.Equal(expected, string.Join(' ', expired.Select(gone => gone.Number)));
        Assert.All(expired, gone => Assert.Equal((1L, 100L), (gone.Epoch, gone.Bytes)));
    }

    [Fact]
    public void RemoveOldest_WhatACommitHasDeleted_IsNoLongerThere()
    {
        Add(0, 1, 2);

        _outbox.RemoveOldest(2);

        Assert.Equal((2L, 3L, 100L), (_outbox.View(0).First, _outbox.Next, _outbox.Bytes));
        Assert.Equal([new Span(1, 2, 3)], _outbox.Spans);
    }

    [Fact]
    public void SpansWith_WhatACommitWouldChange_ChangesNothingYet()
    {
        Add(0, 1);

        Assert.Equal([new Span(1, 1, 2), new Span(2, 2, 3)], _outbox.SpansWith(2, epoch: 2, deleted: [0]));
        Assert.Equal([new Span(1, 0, 2)], _outbox.Spans);
    }

    [Fact]
    public void Restart_WhatTheHeadNames_StartsItsRetentionAgain()
    {
        var head = new Head { Outbox = [new Span(1, 4, 6)], NextOutbox = 6, OutboxBytes = 200, Published = 6 };

        var loaded = new Shards.Outbox(head, Start.AddDays(1), ShardBounds.Usual.RecentEventBytesMax);

        Assert.Equal((4L, 6L, 200L, 6L), (loaded.View(0).First, loaded.Next, loaded.Bytes, loaded.Published));
        Assert.Empty(loaded.Expired(Start.AddDays(1).AddMinutes(59), Hour, 1_000, 9));
        Assert.Equal([4L, 5L], loaded.Expired(Start.AddDays(1).AddMinutes(60), Hour, 1_000, 9).Select(gone => gone.Number));
    }

    [Fact]
    public void Document_ReadAgain_IsEveryEventToTheLetter()
    {
        string[] events =
        [
            $$$"""{ "type":"job.created","data":{"jobId":"{{{TestJobs.Id(1)}}}","queue":"q","owner":"o", "n":1.10} }""",
            $$$"""{"type":"job.failed","x":"\"\\\u0000é","data":{"jobId":"{{{TestJobs.Id(2)}}}","queue":"q 2"}}""",
        ];
        OutboxEvent[] written = [.. events.Select(text => new OutboxEvent(JsonText.Of(text), JobEventKind.Created, Guid.Empty, null, ""))];
        var entry = new OutboxEntry(7, 2, written);

        OutboxEntry read = Shards.Outbox.TryParse("key", 7, 2, Shards.Outbox.ToUtf8(entry))!;

        Assert.Equal(events, read.Events.Select(item => item.CloudEvent.ToString()));
        Assert.Equal(
            [(JobEventKind.Created, TestJobs.Id(1).Value, "o", "q"), (JobEventKind.Failed, TestJobs.Id(2).Value, null, "q 2")],
            read.Events.Select(item => (item.Kind, item.Job, item.Owner, item.Queue)));
    }

    [Fact]
    public void Document_ThatMarksADeletedOne_IsNoEntry() =>
        Assert.Null(Shards.Outbox.TryParse("key", 7, 2, Encoding.UTF8.GetBytes("""{"deleted":true}""")));

    private static OutboxEntry Entry(long number) =>
        new(number, 1, [new OutboxEvent(JsonText.Of("{}"), JobEventKind.Updated, TestJobs.Id(number).Value, null, "default")]);

    private void Add(params long[] numbers)
    {
        foreach (long number in numbers)
        {
            _outbox.Add(Entry(number), 100, Start);
        }
    }
}
