using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>How many events an owner has behind a place, by what is in memory alone.</summary>
public sealed class OwnerEventsTests
{
    private static readonly DateTimeOffset Start = TestJobs.Start;

    [Fact]
    public void Behind_OfTheNewest_IsExactAndTellsTheFirst()
    {
        var owners = new OwnerEvents(from: 3);
        Add(owners, 3, "a", "b", "a");
        Add(owners, 4, "b");
        Add(owners, 5, "a");

        Assert.Equal(new UnreadEvents(3, At(3), false), owners.Behind("a", new FeedPlace(3, 0)));
        Assert.Equal(new UnreadEvents(1, At(5), false), owners.Behind("a", new FeedPlace(4, 0)));
        Assert.Equal(new UnreadEvents(0, null, false), owners.Behind("a", new FeedPlace(6, 0)));
        Assert.Equal(new UnreadEvents(0, null, false), owners.Behind("c", new FeedPlace(3, 0)));
    }

    /// <summary>Of a document that is half read, no more are left than it has.</summary>
    [Fact]
    public void Behind_InTheMiddleOfADocument_CountsWhatIsLeftOfIt()
    {
        var owners = new OwnerEvents(from: 0);
        Add(owners, 0, "a", "a", "a", "a");

        Assert.Equal(3, owners.Behind("a", new FeedPlace(0, 1)).Events);
        Assert.Equal(new UnreadEvents(1, At(0), false), owners.Behind("a", new FeedPlace(0, 3)));
        Assert.Equal(new UnreadEvents(0, null, false), owners.Behind("a", new FeedPlace(0, 9)));
    }

    /// <summary>What a former holder stored is not known, and that is said.</summary>
    [Fact]
    public void Behind_FromBeforeItBegan_IsALowerBound()
    {
        var owners = new OwnerEvents(from: 3);
        Add(owners, 3, "a");

        Assert.Equal(new UnreadEvents(1, At(3), true), owners.Behind("a", new FeedPlace(2, 0)));
        Assert.Equal(new UnreadEvents(0, null, true), owners.Behind("b", new FeedPlace(2, 0)));
    }

    [Fact]
    public void Behind_OfVeryMany_StaysSmallExactInAllAndNeverTooLow()
    {
        var owners = new OwnerEvents(from: 0, marksMax: 8);
        for (int number = 0; number < 1_000; number++)
        {
            Add(owners, number, "a");
        }

        Assert.Equal(new UnreadEvents(1_000, At(0), false), owners.Behind("a", new FeedPlace(0, 0)));
        for (int number = 0; number < 1_000; number++)
        {
            Assert.InRange(owners.Behind("a", new FeedPlace(number, 0)).Events, 1_000 - number, 1_000);
        }

        Assert.Equal(4, owners.Behind("a", new FeedPlace(996, 0)).Events);
    }

    /// <summary>Names are the callers', so they may not fill memory; of one that had to go nothing is made up.</summary>
    [Fact]
    public void Add_MoreOwnersThanAreKept_ForgetsTheIdlest()
    {
        var owners = new OwnerEvents(from: 0, ownersMax: 2);
        Add(owners, 0, "a");
        Add(owners, 1, "b");
        Add(owners, 2, "c");

        Assert.Equal(["b", "c"], owners.Since(Start).Order());
        Assert.Equal(new UnreadEvents(0, null, true), owners.Behind("a", new FeedPlace(0, 0)));
        Assert.Equal(new UnreadEvents(1, At(1), false), owners.Behind("b", new FeedPlace(0, 0)));
        Add(owners, 3, "a");
        Assert.Equal(new UnreadEvents(1, At(3), true), owners.Behind("a", new FeedPlace(1, 0)));
    }

    [Fact]
    public void Readers_MoreThanAreKept_DriveNoOwnerOut()
    {
        var readers = new FeedReaders(max: 2);
        Note("a", isOwner: true, 0);
        Note("b", isOwner: false, 1);
        Note("c", isOwner: false, 2);
        Note("d", isOwner: true, 3);
        Note("d", isOwner: true, 4);

        Assert.Equal([("a", 0L), ("d", 4L)], readers.Since(Start).Select(reader => (reader.Owner, reader.Place.Number)).Order());
        Assert.Equal(["d"], readers.Since(At(4)).Select(reader => reader.Owner));

        void Note(string owner, bool isOwner, int second) =>
            readers.Note(new FeedFilter(owner) { By = new FeedCaller(null, isOwner) }, new FeedPlace(second, 0), isNow: false, At(second));
    }

    /// <summary>A queue's name is whatever the caller says.</summary>
    [Fact]
    public void Readers_OfOneOwnerByEverOtherQueues_DriveOutTheirOwnAlone()
    {
        var readers = new FeedReaders(max: 10, ofOneMax: 3);
        Note("desk", null, 0);
        for (int second = 1; second <= 20; second++)
        {
            Note("shop", $"q{second}", second);
        }

        Note("shop", new string('q', 257), 21);
        Note("shop", "looked", 22, isOwner: false);

        Assert.Equal(
            [("desk", null), ("shop", "q18"), ("shop", "q19"), ("shop", "q20")],
            readers.Since(Start).Select(reader => (reader.Owner, reader.Queue)).Order());

        void Note(string owner, string? queue, int second, bool isOwner = true) => readers.Note(
            new FeedFilter(owner, queue) { By = new FeedCaller(null, isOwner) }, new FeedPlace(second, 0), isNow: false, At(second));
    }

    /// <summary>Whoever asks from now on has for that read nothing that it had not.</summary>
    [Fact]
    public void Readers_ThatNameNoPlace_StayWhereTheyAre()
    {
        var readers = new FeedReaders();
        Note(5, isNow: true);
        Note(3, isNow: false);
        Note(9, isNow: true);

        FeedReaders.Reader reader = Assert.Single(readers.Since(Start));
        Assert.Equal((3L, At(9)), (reader.Place.Number, reader.LastAt));

        void Note(int place, bool isNow) => readers.Note(
            new FeedFilter("shop") { By = new FeedCaller(null, IsOwner: true) }, new FeedPlace(place, 0), isNow, At(place));
    }

    private static DateTimeOffset At(int second) => Start.AddSeconds(second);

    private static void Add(OwnerEvents owners, int number, params string[] names) => owners.Add(
        new OutboxEntry(
            number, 1, [.. names.Select(name => new OutboxEvent(JsonText.Of("{}"), JobEventKind.Updated, Guid.Empty, name, "q"))]),
        At(number));
}
