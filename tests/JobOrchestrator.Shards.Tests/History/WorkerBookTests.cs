namespace JobOrchestrator.Shards.Tests;

public sealed class WorkerBookTests
{
    private DateTimeOffset _now = new(2026, 11, 29, 8, 0, 30, TimeSpan.Zero);

    [Fact]
    public void Troubles_OfTheLastMinutes_AreCountedByWorkerAndQueue()
    {
        var book = new WorkerBook();
        book.Lost("w", "mail", _now);
        _now += TimeSpan.FromMinutes(10);
        book.Late("w", "mail", _now);
        book.Late("w", "pdf", _now);
        book.Late("w", "pdf", _now);

        Assert.Equal(
            [new WorkerHealth("w", "mail", _now, 1, 1), new WorkerHealth("w", "pdf", _now, 2, 0)],
            book.Read(_now).OrderBy(health => health.Queue));
        DateTimeOffset reported = _now;
        _now += TimeSpan.FromMinutes(5);
        Assert.Equal(new WorkerHealth("w", "mail", reported, 1, 0), book.Read(_now).Single(health => health.Queue == "mail"));
    }

    /// <summary>Counts of long ago do not come back with the minute's place in the row.</summary>
    [Fact]
    public void Troubles_OfLongAgo_AreForgotten()
    {
        var book = new WorkerBook();
        book.Lost("w", "mail", _now);
        _now += TimeSpan.FromMinutes(WorkerBook.Minutes);
        book.Reported("w", "mail", _now);
        Assert.Equal(new WorkerHealth("w", "mail", _now, 0, 0), Assert.Single(book.Read(_now)));

        _now += TimeSpan.FromMinutes(16);
        Assert.Empty(book.Read(_now));
    }

    [Fact]
    public void Workers_MoreThanAreKept_TheLongestSilentGo()
    {
        var book = new WorkerBook(countMax: 100);
        for (int i = 0; i < 1_000; i++)
        {
            _now += TimeSpan.FromMilliseconds(1);
            book.Reported($"w{i}", "mail", _now);
        }

        Assert.InRange(book.Read(_now).Count, 80, 100);
        Assert.Contains(book.Read(_now), health => health.Worker == "w999");
        Assert.InRange(book.Bytes, 1, 100 * 1_000);
    }
}
