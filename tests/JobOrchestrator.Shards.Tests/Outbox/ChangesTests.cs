using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>One job's events, found among those of many.</summary>
public sealed class ChangesTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ModelStore _store = new();
    private readonly RecordingBus _bus = new();

    [Fact]
    public async Task Changes_OfAJob_AreItsEventsInOrderWithWhatTheBrokerTook()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_store, _bus, _clock);
        Job job = await RunAsync(replica, others: 3, heartbeats: 2);

        JobChangesPage page = await ChangesAsync(replica, job);

        Assert.Null(page.Cursor);
        Assert.Equal([1L, 2L, 3L, 4L, 5L], page.Changes.Select(change => change.Sequence));
        Assert.Equal(
            [JobEventKind.Created, JobEventKind.Updated, JobEventKind.Updated, JobEventKind.Updated, JobEventKind.Completed],
            page.Changes.Select(change => change.Kind));
        Assert.Equal((job.CreatedAt, job.FinishedAt), (page.Changes[0].At, page.Changes[^1].At));
        await Eventually.TrueAsync(
            async () => (await ChangesAsync(replica, job)).Changes.All(
                change => change is { Publication: Publication.Taken, PublishedAt: not null }),
            "the broker has taken all");
    }

    /// <summary>Where the job itself tells of all its events, nothing between them is read.</summary>
    [Fact]
    public async Task Changes_OfAJobAmongVeryManyEvents_ReadsFewDocuments()
    {
        await using TestReplica replica = await TestReplica.StartAsync(
            _store, _bus, _clock, configure: settings => settings with { Bounds = settings.Bounds with { RecentEventBytesMax = 1 } });
        Job job = await RunAsync(replica, others: 400, heartbeats: 0);
        await PublishedAsync(replica);
        int before = _store.DocumentsRead;

        JobChangesPage page = await ChangesAsync(replica, job);

        Assert.Equal([1L, 2L, 3L], page.Changes.Select(change => change.Sequence));
        Assert.InRange(_store.DocumentsRead - before, 1, 40);
    }

    /// <summary>What the job does not tell of is looked for between, and no page does so without a bound.</summary>
    [Fact]
    public async Task Changes_WithProgressAmongVeryManyEvents_ComeByPages()
    {
        await using TestReplica replica = await TestReplica.StartAsync(
            _store, _bus, _clock, configure: settings => settings with { Bounds = settings.Bounds with { RecentEventBytesMax = 1 } });
        Job job = await RunAsync(replica, others: 1_000, heartbeats: 1);
        await PublishedAsync(replica);
        var pages = new List<JobChangesPage>();
        string? cursor = null;

        do
        {
            int before = _store.DocumentsRead;
            pages.Add(await replica.Shards.ChangesAsync(job, cursor, CancellationToken.None));
            Assert.InRange(_store.DocumentsRead - before, 0, 700);
            cursor = pages[^1].Cursor;
        }
        while (cursor is not null);

        Assert.InRange(pages.Count, 2, 6);
        Assert.Equal([1L, 2L, 3L, 4L], pages.SelectMany(page => page.Changes).Select(change => change.Sequence));
    }

    /// <summary>Documents may be large: what is looked at has a bound in bytes too, and the next page goes on.</summary>
    [Fact]
    public async Task Changes_AmongMoreBytesThanOneLook_ComeByPages()
    {
        await using TestReplica replica = await TestReplica.StartAsync(
            _store,
            _bus,
            _clock,
            configure: settings => settings with { Bounds = settings.Bounds with { RecentEventBytesMax = 1, ChangesBytesMax = 1 } });
        Job job = await RunAsync(replica, others: 20, heartbeats: 1);
        await PublishedAsync(replica);
        var pages = new List<JobChangesPage>();
        do
        {
            int before = _store.DocumentsRead;
            pages.Add(await replica.Shards.ChangesAsync(job, pages is [.., var last] ? last.Cursor : null, CancellationToken.None));
            Assert.InRange(_store.DocumentsRead - before, 0, 60);
        }
        while (pages[^1].Cursor is not null);

        Assert.InRange(pages.Count, 3, 100);
        Assert.Equal([1L, 2L, 3L, 4L], pages.SelectMany(page => page.Changes).Select(change => change.Sequence));
    }

    /// <summary>Memory does not know when a former holder wrote what.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Changes_WrittenByAFormerHolder_AreFoundByItsDocuments(int heartbeats)
    {
        Job job;
        await using (TestReplica first = await TestReplica.StartAsync(_store, _bus, _clock))
        {
            job = await RunAsync(first, others: 300, heartbeats);
        }

        await using TestReplica second = await TestReplica.TakeOverAsync(_store, new RecordingBus(), _clock);
        await RunAsync(second, others: 1, heartbeats: 0);
        await PublishedAsync(second);
        var found = new List<JobChange>();
        string? cursor = null;
        int before = _store.DocumentsRead;
        do
        {
            JobChangesPage page = await second.Shards.ChangesAsync(job, cursor, CancellationToken.None);
            found.AddRange(page.Changes);
            cursor = page.Cursor;
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(1, 3 + heartbeats).Select(sequence => (long)sequence), found.Select(change => change.Sequence));
        Assert.All(found, change => Assert.Null(change.PublishedAt));
        if (heartbeats == 0)
        {
            Assert.InRange(_store.DocumentsRead - before, 1, 90);
        }
    }

    /// <summary>The feed keeps an hour: what is left of a job that was made before is found all the same, and at once.</summary>
    [Fact]
    public async Task Changes_WhoseFirstAreForgotten_AreWhatIsLeft()
    {
        await using TestReplica replica = await TestReplica.StartAsync(
            _store, _bus, _clock, configure: settings => settings with { Bounds = settings.Bounds with { RecentEventBytesMax = 1 } });
        Job job = await replica.EnqueueAsync("mail");
        await OthersAsync(replica, 20);
        await Eventually.TrueAsync(
            async () =>
            {
                _clock.Advance(TimeSpan.FromMinutes(10));
                await OthersAsync(replica, 1);
                FeedRange range = await replica.Shard(0).FeedRangeAsync(CancellationToken.None);
                return range.Oldest.Number > 25;
            },
            "the first events are forgotten");
        await OthersAsync(replica, 200);
        job = await FinishAsync(replica, Assert.Single(await replica.LeaseAsync(queue: "mail")));
        await PublishedAsync(replica);
        int before = _store.DocumentsRead;

        JobChangesPage page = await ChangesAsync(replica, job);

        Assert.Equal([2L, 3L], page.Changes.Select(change => change.Sequence));
        Assert.Null(page.Cursor);
        Assert.InRange(_store.DocumentsRead - before, 1, 40);
    }

    [Fact]
    public async Task Changes_TheBrokerIsAway_Wait()
    {
        _bus.Fault = () => Fault.Unreachable;
        await using TestReplica replica = await TestReplica.StartAsync(_store, _bus, _clock);
        Job job = await replica.EnqueueAsync("mail");

        JobChange change = Assert.Single((await ChangesAsync(replica, job)).Changes);

        Assert.Equal((Publication.Waiting, null), (change.Publication, change.PublishedAt));
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("YzsxLjA7Mi4w")]
    public async Task Changes_ACursorOfSomethingElse_IsRefused(string cursor)
    {
        await using TestReplica replica = await TestReplica.StartAsync(_store, _bus, _clock);
        Job job = await replica.EnqueueAsync("mail");

        await Assert.ThrowsAsync<FormatException>(() => replica.Shards.ChangesAsync(job, cursor, CancellationToken.None));
        Assert.Throws<FormatException>(() => ChangesCursor.Read(job.Id, Cursor.Write('c', [(1, 0), (1, 0), (long.MaxValue, 0), (0, 0)])));
    }

    [Fact]
    public void ChangesCursor_OfAnotherJob_IsRefused()
    {
        var place = new ChangesPlace(7, 2, _clock.GetUtcNow());
        JobId job = JobId.Create(_clock.GetUtcNow(), 0, 1), other = JobId.Create(_clock.GetUtcNow(), 0, 2);

        Assert.Equal(place, ChangesCursor.Read(job, ChangesCursor.Write(job, place)));
        Assert.Throws<FormatException>(() => ChangesCursor.Read(other, ChangesCursor.Write(job, place)));
    }

    [Fact]
    public void PublishedTimes_OfMany_KeepTheLatest()
    {
        var times = new PublishedTimes(from: 5, max: 8);
        for (int before = 6; before <= 25; before++)
        {
            times.Note(before, TestJobs.Start.AddSeconds(before));
        }

        Assert.Null(times.Of(4));
        Assert.Null(times.Of(5));
        Assert.Null(times.Of(25));
        Assert.Equal(TestJobs.Start.AddSeconds(25), times.Of(24));
        Assert.Equal(TestJobs.Start.AddSeconds(21), times.Of(20));
    }

    [Fact]
    public void PublishedTimes_OneRightAfterTheOther_AreToATenthOfASecond()
    {
        var times = new PublishedTimes(from: 0);
        for (int number = 0; number < 1_000; number++)
        {
            times.Note(number + 1, TestJobs.Start.AddMilliseconds(number * 7));
        }

        Assert.All(
            Enumerable.Range(0, 1_000),
            number => Assert.InRange((times.Of(number)!.Value - TestJobs.Start).TotalMilliseconds, number * 7, (number * 7) + 100));
    }

    /// <summary>The publisher reads the same store: what it has behind it, it reads no more.</summary>
    private static Task PublishedAsync(TestReplica replica) =>
        Eventually.TrueAsync(() => replica.Unpublished == 0, "all is published");

    private static Task<JobChangesPage> ChangesAsync(TestReplica replica, Job job) =>
        replica.Shards.ChangesAsync(job, null, CancellationToken.None);

    /// <summary>A job that is made, leased, tells of its progress and completes, with others' events before, between and behind.</summary>
    private async Task<Job> RunAsync(TestReplica replica, int others, int heartbeats)
    {
        await OthersAsync(replica, others);
        await replica.EnqueueAsync("mail");
        await OthersAsync(replica, others);
        Job job = Assert.Single(await replica.LeaseAsync(queue: "mail"));
        for (int beat = 1; beat <= heartbeats; beat++)
        {
            await OthersAsync(replica, others);
            await replica.ProposeAsync("mail", new Command.Heartbeat(job.Id, job.Lease!.Token, new Progress(beat, null)));
        }

        await OthersAsync(replica, others);
        job = await FinishAsync(replica, job);
        await OthersAsync(replica, others);
        return job;
    }

    private static async Task<Job> FinishAsync(TestReplica replica, Job job)
    {
        await replica.ProposeAsync("mail", new Command.Complete(job.Id, job.Lease!.Token, null));
        return ((JobLookup.Found)await replica.Shards.FindAsync(job.Id, CancellationToken.None)).Job;
    }

    private async Task OthersAsync(TestReplica replica, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await replica.EnqueueAsync("other");
        }

        _clock.Advance(TimeSpan.FromMilliseconds(1));
    }
}
